def f(a: int, b: "str" = "x", *c, d: float = 1.0) -> bool:
    """Doc of f."""
    return True
print(f.__name__, f.__qualname__, f.__doc__, f.__module__, f.__annotations__, f.__defaults__,
    f.__kwdefaults__, f.__dict__, f.__type_params__)
f.tag = [1]
f.__name__ = "renamed"
f.__defaults__ = ("new",)
print(f.tag, f.__dict__, f.__name__, repr(f).split(" at ")[0], f.__defaults__, callable(f),
    f.__code__.co_name)
def outer():
    class Inner:
        def m(self): pass
    return Inner.m, lambda: 0
m, lam = outer()
print(m.__qualname__, lam.__qualname__, lam.__name__, type(f).__name__, f.__get__(5).__self__,
    f.__code__.co_flags & 0x04)
for code in ("f.nope", "f.__name__ = 1", "f.__defaults__ = 5", "del f.tag; f.tag",
        "f.__code__ = 1", "f.__dict__ = 1"):
    try:
        exec(code)
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
