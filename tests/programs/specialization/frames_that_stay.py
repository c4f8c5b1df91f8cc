# Frame objects that outlive their frames: the line where each has ended, its variables, whatever ran hot before.
import sys

kept = []


def returns(i):
    kept.append(sys._getframe())
    q = i * 2.5
    if i % 3 == 0:
        return q
    q += 1

    return -q


def raises(i):
    kept.append(sys._getframe())
    x = i
    y = [x]
    return y[
        1]


def generator(i):
    kept.append(sys._getframe())
    yield i
    i += 1
    yield i
    i += 1


class Initialized:
    def __init__(self, i):
        kept.append(sys._getframe())
        self.i = i
        j = i + 1
        self.j = j


def run(n):
    total = 0
    for i in range(n):
        total += returns(i)
        try:
            raises(i)
        except IndexError:
            total += 1
        total += sum(generator(i))
        total += Initialized(i).j
    return total


print(run(150))
seen = {}
for frame in kept:
    key = frame.f_code.co_qualname, frame.f_lineno - frame.f_code.co_firstlineno
    variables = frame.f_locals
    count, total = seen.get(key, (0, 0))
    seen[key] = count + 1, total + variables["i"] + variables.get("q", 0) + variables.get("j", 0)
print(seen)
