from functools import (
    partial, reduce, partialmethod, singledispatch, singledispatchmethod, cmp_to_key, wraps,
    update_wrapper)
def f(a, b, c=3, **k): return a, b, c, k
p = partial(f, 1, c=9)
print(p(2), p(2, c=5, z=1), p.func is f, p.args, p.keywords, partial(p, 7)(),
    partial(int, base=2)("101"), repr(partial(print, 1, sep="-")).split(" at ")[0][:9])
print(reduce(lambda a, b: a + b, [1, 2, 3]), reduce(lambda a, b: a * b, [], 5),
    reduce(max, "hello"), reduce(lambda a, b: [a, b], range(4)))
class C:
    def m(self, x, y): return x, y
    pm = partialmethod(m, 5)
print(C().pm(6), sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
@singledispatch
def show(x): return f"obj {x}"
@show.register
def _(x: int): return f"int {x}"
@show.register(list)
def _(x): return f"list {len(x)}"
@show.register
def _(x: str | bytes): return f"text {x}"
print(show(1), show([1]), show("s"), show(b"b"), show(2.5), show(True),
    show.dispatch(bool) is show.registry[int])
class D:
    @singledispatchmethod
    def go(self, x): return "default"
    @go.register
    def _(self, x: int): return "int"
print(D().go(1), D().go("a"))
for g in (lambda: reduce(max, []), lambda: partial(), lambda: partial(5),
        lambda: reduce(5, [1, 2]), lambda: show(), lambda: partial(f)(1)):
    try:
        g()
    except TypeError as e:
        print(e)
def deco(fn):
    @wraps(fn)
    def w(*a): return fn(*a)
    return w
@deco
def named(x: int) -> str:
    "doc"
    return x
print(named.__name__, named.__doc__, named.__wrapped__(1), named.__qualname__)
