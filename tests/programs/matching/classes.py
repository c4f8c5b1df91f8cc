from dataclasses import dataclass
@dataclass
class P:
    x: int
    y: int
class Q:
    __match_args__ = ("a",)
    def __init__(self, a, b): self.a, self.b = a, b
class N: pass
def f(v):
    match v:
        case P(0, 0): return "origin"
        case P(x, y=0): return f"on x axis {x}"
        case P(x=xx, y=yy) if xx == yy: return f"diagonal {xx}"
        case P(): return "some point"
        case Q([P(), *_] as ps, b=str(s)): return f"q {len(ps)} {s}"
        case Q(a=1 | 2 as n): return f"q12 {n}"
        case int(0) | str(""): return "empty-ish"
        case bool(b): return f"bool {b}"
        case list([int(i), *_]): return f"list of int {i}"
        case dict(d): return f"dict {d}"
        case N(missing=_): return "has missing"
        case N(): return "N"
    return "none"
n = N()
n2 = N(); n2.missing = 1
for v in (P(0, 0), P(3, 0), P(4, 4), P(1, 2), Q([P(1, 1)], "s"), Q(2, 0), Q(3, 0), 0, "", True,
        [5, "x"], ["x"], {"k": 1}, n, n2):
    print(f(v))
for code in ("match P(1, 2):\n case P(1, 2, 3): pass", "match 5:\n case int(1, 2): pass",
        "match n:\n case N(1): pass", "match 1:\n case n(): pass",
        "match P(1, 2):\n case P(1, x=1): pass"):
    try:
        exec(code)
        print("ok")
    except TypeError as e:
        print(e)
N.__match_args__ = ["x"]
try:
    match n:
        case N(1): pass
except TypeError as e:
    print(e)
