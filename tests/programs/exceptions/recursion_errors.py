class R:
    def __repr__(self): return repr(self)
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __str__(self): return str(self)
    def __len__(self): return len(self)
    def __bool__(self): return bool(self)
    def __call__(self): return self()
    def __getattr__(self, n): return getattr(self, n + "x")
    def __add__(self, o): return self + o
    def __lt__(self, o): return self < o
    def __iter__(self): return iter(self)
    def __getitem__(self, i): return self[i]
    def __contains__(self, x): return x in self
    def __index__(self): return [1][self]
    def __format__(self, s): return format(self, s)
r = R()
tests = [("repr", lambda: repr(r)), ("eq", lambda: r == 1), ("hash", lambda: hash(r)),
    ("str", lambda: str(r)), ("len", lambda: len(r)), ("bool", lambda: bool(r)),
    ("call", lambda: r()), ("attr", lambda: r.x), ("add", lambda: r + 1), ("lt", lambda: r < 1),
    ("iter", lambda: iter(r)), ("item", lambda: r[0]), ("in", lambda: 1 in r),
    ("index", lambda: [1][r]), ("format", lambda: f"{r}"), ("sort", lambda: sorted([r, r])),
    ("dict", lambda: {r: 1}), ("max", lambda: max(r, r))]
for name, f in tests:
    try:
        f()
        print(name, "no error")
    except RecursionError as e:
        print(name, type(e).__name__)
def f():
    try:
        f()
    finally:
        pass
try:
    f()
except RecursionError:
    print("finally ok")
def m(): return list(map(lambda x: m(), [1]))
def s(): return sorted([1, 2], key=lambda x: s())
def e(): return eval("e()")
def c(): return [c() for _ in range(1)]
def g(): yield from g()
for fn in (m, s, e, c, lambda: list(g())):
    try:
        fn()
    except RecursionError:
        print("ok")
