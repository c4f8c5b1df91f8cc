# Loops in Rust over what a generator yields: the values are taken while the generator goes on.
import sys


def show(*values):
    print(*values)


# -- what is taken and what is left --------------------------------------------------

for _ in range(3):
    show(set(i % 7 for i in range(50)) == set(range(7)))
    show(list(i * 2 for i in range(40))[-3:])
    show(sum(i for i in range(100)), sum(i / 4 for i in range(100)), sum((i for i in range(10)), 0.5))
    show(max(i * 7 % 31 for i in range(100)), min(i * 7 % 31 - 3 for i in range(100)))
    show(sum(i if i < 50 else i / 2 for i in range(100)), sum(True for _ in range(9)))
    show(sum(2**48 for _ in range(20)), sum(2**70 for _ in range(3)), sum(-(2**49) for _ in range(9)))
    show(max(float(i) if i % 2 else i for i in range(20)), min((str(i) for i in range(5, 20)), default=0))
    show(",".join(str(i) for i in range(30)), sorted(-i for i in range(9)), frozenset(i & 3 for i in range(9)))
    show(tuple(i for i in range(20)), dict((i, i * i) for i in range(5)), bytes(i for i in range(5)))
    a, *b = (i for i in range(6))
    show(a, b, [*(i for i in range(3))], {*(i for i in range(3))})
    show(0.1 + 0.2, sum(0.1 for _ in range(10)), sum(1e16 if i == 0 else 1.0 for i in range(5)))


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        show("hash", self.n, sys._getframe(1).f_code.co_name)
        return self.n % 2

    def __eq__(self, other):
        show("eq", self.n, other.n if isinstance(other, Key) else other, sys._getframe(1).f_code.co_name)
        return isinstance(other, Key) and self.n == other.n

    def __radd__(self, other):
        show("radd", other, sys._getframe(1).f_code.co_name)
        return other + self.n

    def __lt__(self, other):
        show("lt", sys._getframe(1).f_code.co_name)
        return self.n < (other.n if isinstance(other, Key) else other)

    __gt__ = __lt__


def keys(n):
    for i in range(n):
        yield i if i % 3 else Key(i)


def consumer():
    show(len(set(keys(6))))
    show(sum(keys(5)))
    show(max(Key(i) for i in range(3)).n)


consumer()

# -- errors --------------------------------------------------------------------------


def failing(n):
    for i in range(n):
        if i == 8:
            raise KeyError(i)
        yield i


def lists(n):
    for i in range(n):
        yield [] if i == 8 else i


def text(n):
    for i in range(n):
        yield "x" if i == 8 else i


for make in set, sum, list, max, sorted, tuple:
    for source in failing, lists, text:
        g = source(12)
        try:
            show(make.__name__, source.__name__, make(g))
        except Exception as error:
            tb, names = error.__traceback__, []
            while tb:
                names.append((tb.tb_frame.f_code.co_name, tb.tb_lineno - tb.tb_frame.f_code.co_firstlineno))
                tb = tb.tb_next
            show(make.__name__, source.__name__, repr(error), names[1:])
            show(g.gi_frame is None, g.gi_running, list(g))

# -- the generator that is looked at ---------------------------------------------------


def looking():
    for i in range(4):
        yield me.gi_running, me.gi_suspended, sys._getframe(1).f_code.co_name, me.gi_frame.f_lineno - first


first = looking.__code__.co_firstlineno
for _ in range(3):
    me = looking()
    show(list(me))
    me = looking()
    show(next(me), list(me))


def itself():
    for i in range(10):
        if i == 5:
            try:
                next(running)
            except ValueError as error:
                show(error)
            try:
                running.send(1)
            except ValueError as error:
                show(error)
            try:
                running.close()
            except ValueError as error:
                show(error)
        yield i


for _ in range(3):
    running = itself()
    show(sum(running))

# -- one in another --------------------------------------------------------------------


def inner(n):
    for i in range(n):
        yield i


def outer(n):
    for i in range(n):
        yield sum(inner(i))
        for j in inner(2):
            yield -j


def deep(n):
    yield n
    if n:
        yield sum(deep(n - 1))
        yield from deep(n - 1)


def either(n):
    "The same yield for an instruction, for a loop in Rust, and by hand."
    for i in range(n):
        got = yield i
        if got is not None:
            show("got", got)


for _ in range(20):
    s = list(outer(6)), sum(deep(6))
show(s)
for n in range(12):
    total = 0
    for i in either(5):
        total += i
    total += sum(either(n))
    g = either(20)
    next(g)
    g.send(n)
    total += sum(g)
show(total)
grown = [1, 2]
grown.extend(len(grown) for _ in range(5))
show(grown)
limited = []


def endless():
    while True:
        yield len(limited)
        if len(limited) > 5:
            return "end"


limited.extend(endless())
show(limited)


def returning():
    yield 1
    return sum(inner(4))


def through():
    show((yield from returning()))


show(list(through()), list(through()))

# -- left before the end -----------------------------------------------------------------


def closing(log):
    try:
        for i in range(5):
            yield i
    finally:
        log.append("closed")


for make in set, list, sum:
    log = []
    make(closing(log))
    show(log)
log = []
g = closing(log)
show(next(g), [x for x, _ in zip(g, range(2))], sum(g), log)


def thrown():
    while True:
        try:
            yield 1
        except KeyError as error:
            show("caught", error, sys.exc_info()[1] is error)
            yield 2
            return


for _ in range(3):
    g = thrown()
    next(g)
    show(g.throw(KeyError(3)), sum(g))
    g = thrown()
    show(next(g), next(g), g.throw(KeyError(4)), list(g))
try:
    raise OSError(1)
except OSError:
    show(sum(1 for _ in range(5) if sys.exc_info()[0] is OSError))


async def agen():
    for i in range(4):
        yield i


async def main():
    return [x async for x in agen()], sum([x async for x in agen()])


import asyncio

show(asyncio.run(main()))
