import functools
def twice(f):
    @functools.wraps(f)
    def wrapper(*args, **kw):
        "wrapper doc"
        return f(*args, **kw), f(*args, **kw)
    return wrapper
def tag(name):
    def deco(f):
        f.tags = getattr(f, "tags", ()) + (name,)
        return f
    return deco
@twice
@tag("a")
@tag("b")
def hello(x):
    "hello doc"
    return x.upper()
print(hello("x"), hello.__name__, hello.__doc__, hello.tags, hello.__wrapped__("y"))
@(lambda f: 5)
def five(): pass
print(five)
class Count:
    def __init__(self, f): self.f, self.n = f, 0
    def __call__(self, *a):
        self.n += 1
        return self.f(*a), self.n
@Count
def add(a, b): return a + b
print(add(1, 2), add(3, 4))
def cls_deco(cls):
    cls.extra = cls.__name__ + "!"
    return cls
@cls_deco
class Thing: pass
print(Thing.extra)
order = []
def d(n):
    order.append(f"eval {n}")
    return lambda f: order.append(f"apply {n}") or f
@d(1)
@d(2)
def z(): pass
print(order)
