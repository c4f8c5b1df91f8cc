def numbers(n):
    yield from range(n)
def squares(it):
    for x in it: yield x * x
def odd(it): return (x for x in it if x % 2)
def take(n, it):
    for _, x in zip(range(n), it): yield x
def primes():
    seen = []
    n = 2
    while True:
        if all(n % p for p in seen):
            seen.append(n)
            yield n
        n += 1
def perms(items):
    if not items:
        yield ()
    for i, x in enumerate(items):
        for rest in perms(items[:i] + items[i + 1:]):
            yield (x,) + rest
def queens(n, rows=()):
    if len(rows) == n:
        yield rows
        return
    for c in range(n):
        if all(c != r and abs(c - r) != len(rows) - i for i, r in enumerate(rows)):
            yield from queens(n, rows + (c,))
print(list(take(5, odd(squares(numbers(100))))), list(take(10, primes())), list(perms([1, 2, 3])),
    list(queens(6)), sum(1 for _ in queens(7)))
def chunks(s, n):
    while s:
        yield s[:n]
        s = s[n:]
print(list(chunks("abcdefgh", 3)))
def coroutine_pipeline():
    out = []
    def sink():
        while True: out.append((yield))
    def mapper(f, target):
        while True: target.send(f((yield)))
    s = sink(); next(s)
    m = mapper(lambda x: x * 2, s); next(m)
    for i in range(4): m.send(i)
    return out
print(coroutine_pipeline())
