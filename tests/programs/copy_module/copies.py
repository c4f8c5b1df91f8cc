import copy
a = [1, [2, 3], {"k": [4]}]
b, c = copy.copy(a), copy.deepcopy(a)
a[1].append(99); a[2]["k"].append(5)
print(a, b, c, b[1] is a[1], c[1] is a[1])
rec = [1]
rec.append(rec)
r2 = copy.deepcopy(rec)
print(r2[1] is r2, r2 is rec, r2)
class P:
    def __init__(self, x): self.x = x
    def __repr__(self): return f"P({self.x})"
p = P([1])
q, r = copy.copy(p), copy.deepcopy(p)
p.x.append(2)
print(p, q, r, q.x is p.x)
shared = [0]
d = copy.deepcopy({"a": shared, "b": shared})
print(d["a"] is d["b"], d, copy.deepcopy((1, [2])), copy.copy((1,)) == (1,), copy.deepcopy(5),
    copy.deepcopy("s"), copy.deepcopy(len) is len, copy.deepcopy(None), copy.copy({1, 2}),
    copy.deepcopy(P) is P, copy.copy(range(3)), copy.deepcopy(b"x"), copy.deepcopy(frozenset([1])))
class C:
    def __copy__(self): return "copied"
    def __deepcopy__(self, memo): return f"deep {type(memo).__name__}"
print(copy.copy(C()), copy.deepcopy([C()]))
class S:
    __slots__ = ("a", "b")
    def __init__(self): self.a = [1]
s = copy.deepcopy(S())
print(s.a, hasattr(s, "b"))
class R:
    def __init__(self, v): self.v = v
    def __reduce__(self): return (R, (self.v + 1,))
class St:
    def __init__(self): self.v = 1
    def __getstate__(self): return {"v": 10}
    def __setstate__(self, st): self.v = st["v"] + 1
print(copy.copy(R(1)).v, copy.deepcopy(R(5)).v, copy.copy(St()).v)
try:
    copy.copy((i for i in []))
except TypeError as e:
    print(e)
class L(list): pass
l = L([1, [2]]); l.tag = ["t"]
m = copy.deepcopy(l)
print(m, m.tag, type(m).__name__, m.tag is l.tag)
