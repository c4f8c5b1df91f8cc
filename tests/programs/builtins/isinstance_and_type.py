class A: pass
class B(A): pass
b = B()
print(isinstance(b, A), isinstance(b, (int, (str, A))), isinstance(1, int | str),
    isinstance(None, int | None), issubclass(B, A | int), type(b) is B, type(B) is type,
    isinstance(B, type), isinstance(type, type), issubclass(type, object), isinstance(True, int),
    isinstance(1, bool), isinstance(5, object))
class Meta(type):
    def __instancecheck__(cls, x): return x == 5
    def __subclasscheck__(cls, c): return c is str
class M(metaclass=Meta): pass
print(isinstance(5, M), isinstance(6, M), issubclass(str, M), issubclass(int, M),
    isinstance(M(), M))
class Fake:
    @property
    def __class__(self): return int
print(isinstance(Fake(), int), type(Fake()).__name__, isinstance(Fake(), Fake))
for f in (lambda: isinstance(1, "int"), lambda: isinstance(1, (int, "x")),
        lambda: isinstance("a", (int, "x")), lambda: issubclass(1, int),
        lambda: issubclass(int, 5), lambda: isinstance(1, list[int]), lambda: isinstance(1, [int])):
    try:
        print(f())
    except TypeError as e:
        print(e)
print(type(1).__name__, type("").__mro__, type(type), type(len).__name__, type(print),
    type(lambda: 0), type(A.__init__), type(b.__init__).__name__, type(int.__add__),
    type([].append), type(...), type(NotImplemented), type(None), type(range(1)), type(iter),
    callable(A), callable(b), callable(len), int | str, list[int], int | None)
