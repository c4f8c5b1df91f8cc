class O: pass
class A(O):
    def f(self): return ["A"]
class B(A):
    def f(self): return ["B"] + super().f()
class C(A):
    def f(self): return ["C"] + super().f()
class D(B, C):
    def f(self): return ["D"] + super().f()
print([c.__name__ for c in D.__mro__], D().f(), D.mro() == list(D.__mro__), D.__bases__,
    D.__base__.__name__)
class X: pass
class Y: pass
class XY(X, Y): pass
class YX(Y, X): pass
for bases in ((XY, YX), (X, X), (O, A), (int, str), (bool,), (5,), (type(None),)):
    try:
        type("T", bases, {})
        print("ok")
    except TypeError as e:
        print(e)
print(issubclass(D, A), issubclass(A, D), issubclass(D, (int, O)), isinstance(D(), (str, C)),
    [c.__name__ for c in O.__subclasses__()])
class Mixin:
    def f(self): return ["Mixin"] + super().f()
print(type("Dyn", (Mixin, D), {})().f())
