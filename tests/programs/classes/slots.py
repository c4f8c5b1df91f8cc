class P:
    __slots__ = ("x", "y")
    def __init__(self, x): self.x = x
p = P(1)
print(p.x, hasattr(p, "y"), hasattr(p, "__dict__"), P.__slots__, type(P.x).__name__, P.x.__get__(p))
p.y = 5
del p.y
for code in ("p.z = 1", "p.y", "del p.y", "p.__dict__", "P.x.__set__(5, 1)", "P.x.__get__(5)"):
    try:
        exec(code)
        print(code, "ok")
    except (AttributeError, TypeError) as e:
        print(code, "->", e)
class Q(P):
    __slots__ = ("z",)
class R(P): pass
q, r = Q(1), R(2)
q.z = 3; r.anything = 4
print(q.z, r.anything, r.__dict__, hasattr(q, "__dict__"))
class S:
    __slots__ = "single"
class T:
    __slots__ = ["a", "__dict__"]
s, t = S(), T()
s.single = 1; t.a = 2; t.b = 3
print(s.single, t.a, t.b, t.__dict__)
for body in ("__slots__ = ('x',); x = 1", "__slots__ = ('1x',)", "__slots__ = (1,)",
        "__slots__ = 5"):
    try:
        exec(f"class Bad:\n    {body}")
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
try:
    class Two(P, type("P2", (), {"__slots__": ("w",)})): pass
except TypeError as e:
    print(e)
