import inspect
def g():
    x = 1
    y = yield x
    yield y
a = g()
print(inspect.getgeneratorstate(a), a.gi_frame.f_locals, a.gi_suspended)
next(a)
print(inspect.getgeneratorstate(a), a.gi_frame.f_locals, a.gi_frame.f_lineno, a.gi_suspended)
a.send(5)
print(a.gi_frame.f_locals, inspect.getgeneratorlocals(a), a.gi_yieldfrom)
a.close()
print(inspect.getgeneratorstate(a), a.gi_frame)
def delegating():
    yield from g()
d = delegating()
next(d)
print(d.gi_yieldfrom.__name__, inspect.isgenerator(d), inspect.isgeneratorfunction(g),
    inspect.isgeneratorfunction(len))
a.__name__ = "other"
print(a.__name__, a.__qualname__)
gens = [(i * j for j in range(3)) for i in range(3)]
print([list(x) for x in gens])
def swap():
    a, b = 1, 2
    while True:
        a, b = b, (yield a, b)
s = swap()
print(next(s), s.send(10), s.send(20))
lazy = (1 // x for x in [1, 0, 2])
print(next(lazy))
try:
    next(lazy)
except ZeroDivisionError as e:
    print(e, list(lazy))
try:
    (x for x in 5)
except TypeError as e:
    print(e)
