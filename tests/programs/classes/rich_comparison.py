import functools
@functools.total_ordering
class N:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v if isinstance(o, N) else NotImplemented
    def __lt__(self, o): return self.v < o.v if isinstance(o, N) else NotImplemented
    def __hash__(self): return hash(self.v)
    def __repr__(self): return f"N{self.v}"
a, b = N(1), N(2)
print(a < b, a <= b, a > b, a >= b, a == N(1), a != b, sorted([b, a]), max(a, b), a in [N(1)],
    {a: 1}[N(1)], a == 1, a != 1)
for f in (lambda: a < 1, lambda: a >= "x", lambda: 1 > a):
    try:
        f()
    except TypeError as e:
        print(e)
class OnlyEq:
    def __eq__(self, o): return "yes"
print(OnlyEq() == 1, OnlyEq() != 1, OnlyEq.__hash__, 1 == OnlyEq(), 1 in [OnlyEq()])
class Weird:
    def __lt__(self, o): return []
    def __ne__(self, o): return 0
print(Weird() < 1, Weird() != 1, not (Weird() < 1), Weird() == 1,
    sorted([Weird(), Weird()]) is not None)
x = object()
print(x == x, x != x, x == object(), [x] == [x], x.__eq__(5), x.__lt__(5), object.__ne__(x, x))
