class A:
    x = 1
    def f(self): pass
class B(A):
    y = 2
b = B()
b.z = 3
print([n for n in dir(b) if not n.startswith("__")], [n for n in dir(B) if not n.startswith("__")],
    sorted(vars(b)), "x" in vars(B), "y" in vars(B))
class C:
    def __dir__(self): return ["b", "a"]
print(dir(C()), C().__dir__())
class Private:
    def __init__(self): self.__secret = 1; self._semi = 2; self.__dunder__ = 3
    def get(self): return self.__secret
    __class_private = 5
    def m(self, __arg=1): return __arg
p = Private()
print(p.get(), sorted(p.__dict__), Private._Private__class_private, p.m(), p._Private__secret)
try:
    p.__secret
except AttributeError as e:
    print(e)
class __Odd:
    def f(self): self.__v = 1; return self.__dict__
print(__Odd().f())
def fn():
    a = 1
    b = 2
    return sorted(locals()), dir()
print(fn())
