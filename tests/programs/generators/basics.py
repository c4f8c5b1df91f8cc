def gen(n):
    for i in range(n):
        yield i
    return "end"
g = gen(2)
print(next(g), next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)
try:
    next(g)
except StopIteration as e:
    print(e.value)
print(list(gen(3)), sum(gen(5)), list(zip(gen(3), "ab")), [*gen(2)], type(g).__name__,
    gen.__name__, g.__name__, g.gi_running, g.gi_frame, iter(g) is g)
def fib():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
import itertools
print(list(itertools.islice(fib(), 15)))
print(list(x * y for x in range(3) for y in range(3) if x != y), sum(x for x in range(10) if x % 2))
def nothing():
    return
    yield
print(list(nothing()))
def late():
    print("started")
    yield 1
l = late()
print("created")
print(next(l))
ge = (print("item", x) or x for x in iter([1, 2]))
print(next(ge))
def gf(): yield
print(gf().gi_code.co_name, gf.__code__.co_flags & 0x20, repr(gf()).split(" at ")[0])
