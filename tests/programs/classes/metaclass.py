class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw)
        return {"injected": 1}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name)
        super().__init__(name, bases, ns)
    def __call__(cls, *a):
        print("call", cls.__name__, a)
        return super().__call__(*a)
    def __len__(cls): return 7
    def __getattr__(cls, n): return "meta-" + n
    def __contains__(cls, x): return x == 1
    @property
    def up(cls): return cls.__name__.upper()
class A(metaclass=Meta, flag=True):
    def __init__(self, x=0): self.x = x
class B(A): y = 2
b = B(5)
print(b.x, len(A), A.zzz, 1 in A, A.up, type(A), type(B), B.injected, isinstance(A, Meta),
    Meta.__mro__)
class Other(type): pass
for f in (lambda: type("C", (A, int), {}), lambda: exec("class D(A, metaclass=Other): pass"),
        lambda: Meta(1), lambda: b.zzz):
    try:
        print(f())
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
def factory(name, bases, ns): return (name, bases, sorted(ns)[:2])
class F(metaclass=factory): z = 1
print(F)
