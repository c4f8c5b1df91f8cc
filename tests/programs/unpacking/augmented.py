a = [1]
b = a
a += (2, 3)
a *= 2
print(a, a is b)
s = "x"; s += "y"; s *= 3
t = (1,); u = t; t += (2,)
print(s, t, u)
n = 7
n += 1
n -= 2
n *= 3
n //= 2
n **= 2
n %= 50
n <<= 2
n >>= 1
n |= 8
n &= 0xff
n ^= 3
n /= 2
print(n)
d = {"k": [1]}; d["k"] += [2]; d["n"] = 5; d["n"] -= 1; d |= {"z": 0}
print(d)
st = {1}; alias = st; st |= {2}; st -= {1}; st ^= {5}; st &= {5, 2}
print(sorted(st), st is alias)
tup = ([1], 2)
try:
    tup[0] += [9]
except TypeError as e:
    print(e, tup)
class A:
    n = 1
x = A(); x.n += 5
print(x.n, A.n)
def f():
    try:
        zz += 1
    except UnboundLocalError as e:
        print(e)
    zz = 0
f()
def g(n):
    def inc():
        nonlocal n
        n += 1
        return n
    return inc(), inc()
print(g(0))
class Idx:
    def __iadd__(self, o): return "replaced"
i = Idx(); i += 1
print(i)
m = [[0] * 2 for _ in range(2)]
m[0][1] += 7; m[1][0] -= 3
print(m)
