# Instructions that the other programs have in no form that lasts: general ones at sites that see many things, exception handlers and coroutines.
# What is watched ends where an exception is raised, and begins again where a function is entered.


def pick(what):
    return what


def handlers(n):
    for i in range(n):
        try:
            raise KeyError(i)
        except pick(KeyError):
            x = i
        try:
            raise ValueError(i)
        except pick(KeyError):
            x = 1
        except (TypeError, pick(ValueError)) as e:
            x = e
        try:
            raise ExceptionGroup("g", [KeyError(i), ValueError(i)])
        except* pick(KeyError) as e:
            x = e
        except* pick(ValueError):
            x = 2


class Awaitable:
    def __await__(self):
        yield 1
        return 2


class Numbers:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


async def inner(i):
    return i


async def coroutine(n):
    for i in range(n):
        x = await inner(i)
        x = await Awaitable()
        async for x in Numbers(2):
            pass
        async for x in Numbers(2):
            pass


def ended(coroutine):
    # Nothing is watched when the coroutine is entered.
    while True:
        try:
            raise KeyError
        except KeyError:
            try:
                coroutine.send(None)
            except StopIteration:
                return


def generator(n):
    for i in range(n):
        x = yield i
        yield from (1, 2)
        yield from generator(0)


def made(n):
    for i in range(n):
        g = generator(i)
        h = (j for j in g)
        c = inner(i)
        c.close()
        for x in h:
            pass


class Base:
    value = 5

    def m(self):
        return 1


class Derived(Base):
    def m(self):
        for i in range(8):
            x = super().value
            x = super().m()
        return x


class Constant:
    limit = 5
    other = "x"


def classes(n):
    c = Constant()
    c.q = 1
    d = Derived()
    for i in range(n):
        x = Constant.limit
        x = c.limit
        x = c.other
        x = d.m()


def cells(n):
    for i in range(n):
        a = i

        def f():
            return a

        x = f()
        del a
        try:
            f()
        except NameError:
            a = 1


def takes(*args, **kwargs):
    return 1


def general(n, callables, names):
    for i in range(n):
        f = callables[i % len(callables)]
        x = f(*(1,))
        x = f(*(1,), **{})
        x = takes(i, k=i)
        x = takes(*names, **{"a": 1})
        x = f(1)


def appended(n):
    for i in range(n):
        a = [j for j in range(20)]
        b = []
        for j in range(20):
            b.append(j)


def annotations(n):
    class K:
        a: int
        b: str = "x"

    for i in range(n):
        K.__annotate__(1)


def future():
    code = compile("""
from __future__ import annotations
class K:
    a: int = 1
    b: str = 'x'
c: int = 2
""", "x", "exec")
    for i in range(4):
        try:
            raise KeyError
        except KeyError:
            exec(code, {"__name__": "x"})


future()
annotations(5)
NAMESPACE = {}
for i in range(3):
    exec("""
x: int = 1
def f(): pass
f()
y: str = 'a'
class K:
    a: int = x
    b = a
    for i in range(5):
        c = x
        d = i
        z = len
    def g(self): return __class__
def outer():
    v = 1
    class L:
        w = v
        for i in range(4):
            w = v
    return L
outer()
class G[T]:
    a: T
def generic[T](a: T) -> T:
    return a
generic(1)
""", NAMESPACE)
    handlers(6)
    ended(coroutine(5))
    made(5)
    classes(8)
    cells(6)
    general(8, [pick, abs, int, str, bool, Base().m.__class__ and (lambda v: v)], [1, 2])
    appended(4)
