class Data:
    def __set_name__(self, owner, name): self.name = "_" + name; print("set_name", owner.__name__,
        name)
    def __get__(self, obj, cls=None): return self if obj is None else ("get",
        getattr(obj, self.name, None))
    def __set__(self, obj, value): setattr(obj, self.name, value)
    def __delete__(self, obj): delattr(obj, self.name)
class NonData:
    def __get__(self, obj, cls=None): return "nondata", obj is None, cls.__name__
class ReadOnly:
    def __get__(self, obj, cls=None): return 42
    def __set__(self, obj, value): raise AttributeError("read only!")
class A:
    d = Data()
    n = NonData()
    r = ReadOnly()
a = A()
a.d = 5
print(a.d, a.__dict__, type(A.d).__name__, a.n, A.n, a.r)
a.__dict__["d"] = "shadow"; a.__dict__["n"] = "instance"; a.__dict__["r"] = "x"
print(a.d, a.n, a.r)
del a.d
print(a.d)
for f in (lambda: setattr(a, "r", 1), lambda: delattr(a, "r"), lambda: delattr(a, "d")):
    try:
        f()
    except AttributeError as e:
        print(e)
class Fn:
    def __call__(self, x): return x
class B: f = Fn(); g = len; h = lambda self: "h"; k = int
print(B().f(3), B().g([1]), B().h(), B().k("7"))
