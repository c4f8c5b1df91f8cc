# Ints of 50 to 127 bits, where results cross from one form to another.
import operator

edges = [0, 1, -1, 2, 3, -7, 10**9 + 7]
for bits in (48, 49, 50, 51, 62, 63, 64, 65, 100, 126, 127, 128, 130):
    edges += [1 << bits, (1 << bits) - 1, -(1 << bits), -(1 << bits) - 1, (1 << bits) + 1]

operators = [operator.add, operator.sub, operator.mul, operator.and_, operator.or_, operator.xor, operator.floordiv, operator.mod]
for operate in operators:
    value = 0
    for a in edges:
        for b in edges:
            try:
                result = operate(a, b)
            except ZeroDivisionError as error:
                result = 17
            assert type(result) is int
            value = (value * 1000003 + result) % (1 << 200) ^ hash(result)
    print(operate.__name__, value)

for a in edges[::3]:
    print([a << n for n in (0, 1, 13, 63, 64, 126)], [a >> n for n in (0, 1, 13, 63, 64, 126, 127, 500)])
for word in "a << -1", "(1 << 70) >> -1", "(1 << 70) << -(1 << 70)", "(1 << 70) % 0", "(1 << 70) // 0", "(1 << 70) % (0 << 70)":
    try:
        a = 1 << 70
        print(eval(word))
    except Exception as error:
        print(word, type(error).__name__, error)
print((1 << 70) >> (1 << 70), (-1 << 70) >> (1 << 70), 0 << (1 << 70), (1 << 70) ** 2, (1 << 70) / (1 << 69))


class Own(int):
    def __add__(self, other):
        return "own add"

    def __rxor__(self, other):
        return "own rxor"


big = Own(1 << 70)
print(big + 1, 1 + big, big - 1, (1 << 70) ^ big, big ^ (1 << 70), True + (1 << 70), (1 << 70) & True, (1 << 70) * 0.5)


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def generator(state):
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        yield state >> 33


def xorshift(state, rounds):
    for _ in range(rounds):
        state ^= state << 13 & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 7
        state ^= state << 17 & 0xFFFFFFFFFFFFFFFF
    return state


print(fnv(bytes(range(256)) * 4), xorshift(88172645463325252, 1000))
print([next(numbers) for numbers in [generator(42)] for _ in range(5)])
kept = []
total = 0
for i in range(3000):
    total += i << 60
    total ^= i << 90
    if i % 500 == 0:
        kept.append(total)
print(kept, total)
