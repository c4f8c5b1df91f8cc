def plain(): pass
def all_kinds(a, b=1, /, c=2, *args, d, e=3, **kw): return a, b, c, args, d, e, kw
def only_star(*, a=1): return a
def many(a): return a, (yield)
f = lambda x, y=2, *z, k, **w: x + y
@decorator
@other.decorator(1)
def decorated(x): return x
def outer():
    x = 1
    def inner():
        nonlocal x
        global g
        x += 1
        g = x
        return inner
    return inner
def recursive(n): return n if n < 2 else recursive(n - 1) + recursive(n - 2)
def cells(a, b):
    def f(): return a
    del b
    return f
