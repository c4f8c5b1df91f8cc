class A:
    """Doc."""
    count = 0
    def __init__(self, x):
        self.x = x
        A.count += 1
    def get(self): return self.x
    def __repr__(self): return f"A({self.x})"
a, b = A(1), A(2)
print(a, b.get(), A.count, a.count, A.get(a), a.__dict__, A.__doc__, A.__name__, type(a) is A,
    isinstance(a, A), a.__class__)
a.count = 99
a.new = "n"
del a.x
print(a.count, A.count, vars(a), hasattr(a, "x"), getattr(a, "x", "none"))
setattr(b, "y", 3); print(b.y, getattr(b, "y"), b.__dict__); delattr(b, "y"); print(b.__dict__)
m = b.get
print(m(), m.__self__ is b, m.__func__ is A.get, m == b.get, m.__name__, hash(m) == hash(b.get))
for code in ("a.x", "a.nope", "del a.nope", "A.nope", "A()", "A(1, 2)", "a()", "a[0]", "a + 1",
        "len(a)", "iter(a)", "a < a", "a.get = 5; a.get()", "del A.nope", "with a: pass",
        "a.get.zz = 1"):
    try:
        exec(code)
    except (AttributeError, TypeError) as e:
        print(code, "->", type(e).__name__, e)
