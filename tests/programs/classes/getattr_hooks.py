class A:
    known = 1
    def __getattr__(self, name):
        if name.startswith("dyn"): return name.upper()
        raise AttributeError(f"no {name} here")
    def __setattr__(self, name, value):
        print("set", name)
        super().__setattr__(name, value)
    def __delattr__(self, name):
        print("del", name)
        super().__delattr__(name)
a = A()
a.x = 5
print(a.known, a.dynamic, a.x, hasattr(a, "zzz"), getattr(a, "zzz", "default"), a.__dict__)
del a.x
for f in (lambda: a.x, lambda: delattr(a, "q")):
    try:
        f()
    except AttributeError as e:
        print(e)
class B:
    def __init__(self): self.v = 1
    def __getattribute__(self, name):
        if name == "secret": raise AttributeError("hidden")
        value = super().__getattribute__(name)
        return ("got", name, value) if name == "v" else value
    def __getattr__(self, name): return "fallback " + name
b = B()
print(b.v, b.secret, b.nothing, b.__dict__, object.__getattribute__(b, "v"))
class C:
    def __getattr__(self, name): return lambda *a: (name, a)
    def __len__(self): return 3
c = C()
print(c.anything(1, 2), len(c), c.__len__())
for f in (lambda: c + 1, lambda: c[0], lambda: [x for x in c]):
    try:
        f()
    except TypeError as e:
        print(e)
def mod_getattr(name): return name * 2
class D:
    __getattr__ = staticmethod(lambda n: n)
print(D().hello)
