# Variables that are set through a frame's f_locals while the frame runs hot code: by the loop itself, by a function that the loop calls,
# by native code that it calls, in a caller's frame and in a generator's.
import sys


def changes(n, name, value):
    return [{name: value} if i % 37 == 31 else {} for i in range(n)]


def by_native(n):
    r = 0
    variables = sys._getframe().f_locals
    for change in changes(n, "r", 10):
        r += 1
        variables.update(change)
    return r


def by_native_with_other_type(n):
    r = 0
    variables = sys._getframe().f_locals
    for change in changes(n, "r", 0.5):
        variables.update(change)
        r += 1
    return r


def by_item(n):
    r = 0
    for i in range(n):
        variables = sys._getframe().f_locals
        r += 1
        if i % 50 == 7:
            variables["r"] = variables["r"] + 1000
    return r


def by_every_item(n):
    r = 0
    for i in range(n):
        r += 1
        sys._getframe().f_locals["r"] = r * 2 % 1009
    return r


def poke(i):
    if i % 50 == 33:
        variables = sys._getframe(1).f_locals
        variables["x"] = variables["x"] * 2


def by_callee(n):
    x = 1
    for i in range(n):
        x += 1
        poke(i)
    return x % 1000003


def callee(i, change):
    y = i
    sys._getframe(1).f_locals.update(change)
    return y


def in_caller_frames(n):
    def middle(i, change):
        z = i
        t = callee(i, change)
        return z + t

    s = 0
    for i, change in enumerate(changes(n, "z", 100000)):
        s += middle(i, change)
    return s


def numbers(n, given):
    total = 0
    variables = sys._getframe().f_locals
    for i in range(n):
        total += i
        variables.update(given[i])
        yield total


def in_generator(n):
    return sum(numbers(n, changes(n, "total", -5)))


def in_suspended_generator(n):
    generator = numbers(n, [{}] * n)
    s = 0
    for i, change in enumerate(changes(n, "total", 3)):
        s += next(generator)
        generator.gi_frame.f_locals.update(change)
    return s


def the_loop_variable(n):
    seen = 0
    variables = sys._getframe().f_locals
    for i in range(n):
        variables.update({"i": -1} if i % 41 == 40 else {})
        seen += i
    return seen


def in_cells(n):
    r = 0

    def read():
        return r

    variables = sys._getframe().f_locals
    s = 0
    for change in changes(n, "r", 7):
        r += 1
        variables.update(change)
        s += read()
    return s


def recursive(n, change):
    kept = n
    if n == 0:
        sys._getframe(2).f_locals.update(change)
        return 0
    return recursive(n - 1, change) + kept


functions = (
    by_native, by_native_with_other_type, by_item, by_every_item, by_callee, in_caller_frames, in_generator, in_suspended_generator,
    the_loop_variable, in_cells,
)
for function in functions:
    print(function.__name__, function(300), function(7), function(301))
print([recursive(i % 9 + 2, {"kept": 50} if i % 29 == 28 else {}) for i in range(200)])
