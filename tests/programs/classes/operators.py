class V:
    def __init__(self, x, y): self.x, self.y = x, y
    def __repr__(self): return f"V({self.x}, {self.y})"
    def __add__(self, o): return V(self.x + o.x, self.y + o.y) if isinstance(o,
        V) else NotImplemented
    def __sub__(self, o): return V(self.x - o.x, self.y - o.y)
    def __mul__(self, k): return V(self.x * k, self.y * k)
    def __rmul__(self, k): return ("rmul", self * k)
    def __matmul__(self, o): return self.x * o.x + self.y * o.y
    def __neg__(self): return V(-self.x, -self.y)
    def __pos__(self): return self
    def __invert__(self): return V(self.y, self.x)
    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** 0.5
    def __eq__(self, o): return isinstance(o, V) and (self.x, self.y) == (o.x, o.y)
    def __bool__(self): return bool(self.x or self.y)
    def __getitem__(self, i): return (self.x, self.y)[i]
    def __iter__(self): return iter((self.x, self.y))
    def __len__(self): return 2
    def __contains__(self, v): return v in (self.x, self.y)
    def __call__(self, *a, **k): return a, k
    def __iadd__(self, o): self.x += o.x; self.y += o.y; return self
    def __pow__(self, n, mod=None): return ("pow", n, mod)
    def __divmod__(self, n): return ("divmod", n)
    def __round__(self, n=None): return ("round", n)
    def __lshift__(self, n): return ("lshift", n)
    def __format__(self, s): return f"fmt[{s}]"
    def __int__(self): return self.x
    def __float__(self): return float(self.y)
    def __reversed__(self): return iter((self.y, self.x))
a, b = V(3, 4), V(1, 2)
print(a + b, a - b, a * 2, 2 * a, a @ b, -a, +a, ~a, abs(a), a == V(3, 4), a != b, bool(V(0, 0)),
    a[0], a[-1], list(a), len(a), 4 in a, a(1, k=2))
c = a
c += b
print(c is a, a, a ** 2, pow(a, 2, 3), divmod(a, 5), round(a), round(a, 1), a << 1, f"{a:x}",
    int(a), float(a), list(reversed(a)), max(*a))
for f in (lambda: a + 1, lambda: 1 + a, lambda: a / 2, lambda: a < b, lambda: a >> 1,
        lambda: hash(a), lambda: 1 @ a, lambda: a[5], lambda: [1, 2][a]):
    try:
        print(f())
    except (TypeError, IndexError) as e:
        print(type(e).__name__, e)
