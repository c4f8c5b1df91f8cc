log = []
def mark(x):
    log.append(x)
    return x
def f(a=mark("a"), *, b: mark("ann") = mark("b")): return a, b
print(log, f(), f(1, b=2))
n = 5
def g(x=n): return x
n = 6
print(g(), g.__defaults__)
class K:
    attr = 10
    def m(self, v=attr): return v
print(K().m())
def memo(n, cache={}):
    if n not in cache:
        cache[n] = n if n < 2 else memo(n - 1) + memo(n - 2)
    return cache[n]
print(memo(80), len(memo.__defaults__[0]))
print([f.__defaults__ for f in [lambda x=i: x for i in range(3)]])
