import weakref, gc
class A:
    def __init__(self, n): self.n = n
a = A(1)
r = weakref.ref(a)
print(r() is a, r == weakref.ref(a), hash(r) == hash(a), weakref.getweakrefcount(a) >= 1,
    type(r).__name__)
p = weakref.proxy(a)
p.n = 5
print(p.n, a.n, bool(p))
d = weakref.WeakValueDictionary(k=a)
k = weakref.WeakKeyDictionary()
k[a] = "v"
s = weakref.WeakSet([a])
print(d["k"] is a, k[a], a in s, len(d), len(k), len(s))
class B:
    __slots__ = ()
for bad in (5, "s", (), None, B(), [], {}):
    try:
        weakref.ref(bad)
    except TypeError as e:
        print(e)
print(weakref.ref(len)() is len, weakref.ref(A)() is A, weakref.ref({1}.__class__)() is set,
    weakref.ref(lambda: 0) is not None)
f = weakref.finalize(a, print, "finalized")
print(f.alive, f.peek()[2])
f.detach()
print(f.alive)
