class A:
    def __repr__(self): return "A-repr"
class B(A):
    def __str__(self): return "B-str"
class C:
    def __str__(self): return 5
class D:
    def __repr__(self): return None
print(str(A()), str(B()), repr(B()), [B()], (B(),), {B: 1} and {1: B()}, f"{B()} {B()!r}",
    "%s %r" % (B(), B()), str(), str(b"a"), str(b"abc", "utf-8"), str(object=5),
    str(bytearray(b"x"), encoding="ascii"))
for f in (lambda: str(C()), lambda: repr(D()), lambda: str(D()), lambda: str("a", "utf-8"),
        lambda: str(1, 2), lambda: f"{C()}"):
    try:
        print(f())
    except TypeError as e:
        print(e)
