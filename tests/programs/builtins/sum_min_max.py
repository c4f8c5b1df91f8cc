print(sum([]), sum([1, 2], 10), sum((0.1, 0.2)), sum([[1], [2]], []), sum(range(101)),
    sum([True, True]), sum([2**62, 2**62]), sum([1, 2.5, 2**70]), sum({1: 2, 3: 4}),
    sum(x for x in (1, 2)), sum([1.5], start=1), sum([1j, 2]))
print(max(1, 2.5, True), min("b", "a", "B"), max([3, 1], [3, 2]), max("hello"), min({3: 1, 1: 2}),
    max([], default="d"), max([1, -5, 3], key=abs), min(["bb", "a", "cc"], key=len),
    max((1, "x"), (1, "a")), max([1, 1.0, True]), min([True, 1, 1.0]), max(range(5)),
    max(1, 2, key=lambda x: -x))
class V:
    def __init__(self, n): self.n = n
    def __add__(self, o): return V(self.n + (o.n if isinstance(o, V) else o))
    __radd__ = __add__
    def __gt__(self, o): print("gt", self.n, o.n); return self.n > o.n
    def __lt__(self, o): print("lt", self.n, o.n); return self.n < o.n
print(sum([V(1), V(2)]).n, max(V(1), V(3), V(2)).n, min(V(2), V(1)).n)
for f in (lambda: sum(["a"]), lambda: sum(["a"], ""), lambda: sum([b""], b""), lambda: sum([[]]),
        lambda: sum(5), lambda: sum(), lambda: max(), lambda: max(5), lambda: max([]),
        lambda: max(1, 2, default=3), lambda: min([1, "a"]), lambda: max(None),
        lambda: max([1], default=1, foo=2), lambda: min(1j, 2j)):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
