A = type("A", (), {"x": 1, "f": lambda self: self.x * 2})
a = A()
print(A, A.__name__, a.f(), A.__module__, A.__bases__)
A.g = lambda self, n: (self.x, n)
A.x = 10
print(a.f(), a.g(3))
class B: 
    def f(self): return "B.f"
a.__class__ = B
print(a.f(), type(a).__name__)
for f in (lambda: setattr(a, "__class__", int), lambda: setattr(5, "__class__", B),
        lambda: setattr(int, "x", 1), lambda: delattr(str, "upper"),
        lambda: setattr(a, "__class__", 5), lambda: setattr(B, "__bases__", ()),
        lambda: setattr(B, "__name__", 5)):
    try:
        f()
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
class Base1:
    def who(self): return 1
class Base2:
    def who(self): return 2
class D(Base1): pass
d = D()
print(d.who())
D.__bases__ = (Base2,)
print(d.who(), D.__mro__[1].__name__)
D.__name__ = "Renamed"; D.__qualname__ = "Q.Renamed"
print(D, D.__name__)
d.__dict__ = {"fresh": 1}
print(d.fresh, vars(d))
def method(self): return self.fresh
d.m = method.__get__(d)
print(d.m())
del B.f
print(hasattr(a, "f"))
