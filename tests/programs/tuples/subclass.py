from collections import namedtuple
class Point(tuple):
    __slots__ = ()
    def __new__(cls, x, y): return super().__new__(cls, (x, y))
    @property
    def x(self): return self[0]
    @property
    def y(self): return self[1]
    def __add__(self, o): return Point(self.x + o[0], self.y + o[1])
p = Point(1, 2)
print(p, p.x, p + (3, 4), type(p + p), p == (1, 2), hash(p) == hash((1, 2)), p * 2, type(p * 2),
    p[:1], list(p), {p: 1}[(1, 2)])
N = namedtuple("N", "a b c", defaults=[9])
n = N(1, b=2)
print(n, n.a, n._replace(a=5), n._asdict(), N._fields, N._field_defaults, n == (1, 2, 9),
    N._make([1, 2, 3]), n[1:], isinstance(n, tuple), repr(N(1, N(2, 3))))
for f in (lambda: N(1), lambda: N(1, 2, 3, 4), lambda: n.zz, lambda: setattr(n, "a", 1),
        lambda: N(1, 2, d=3), lambda: namedtuple("X", "a a"), lambda: namedtuple("X", "class"),
        lambda: n._replace(zz=1)):
    try:
        f()
    except (TypeError, AttributeError, ValueError) as e:
        print(type(e).__name__, e)
