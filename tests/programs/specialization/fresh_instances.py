# Instances of known classes are made in place in a trace, until the class gets a finalizer.
class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
class S:
    __slots__ = ('a', 'b')
    def __init__(self, a): self.a = a
class E:
    def __init__(self): pass
def f(n):
    t = 0
    keep = []
    for i in range(n):
        p = P(i, 2)
        s = S(p)
        e = E()
        t += p.x + p.y + s.a.x
        if i % 100 == 0: keep.append((p, s, e))
    return t, len(keep), sum(k[0].x for k in keep)
print(f(4000))
class D:
    n = 0
    def __init__(self, x): self.x = x
def g(n):
    t = 0
    for i in range(n):
        if i == n // 2:
            D.__del__ = lambda self: setattr(D, 'n', D.n + 1)
        t += D(i).x
    return t
import gc
print(g(4000)); gc.collect(); print(D.n > 1900)
