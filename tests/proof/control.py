# What is rarer: with, exceptions in loops, template strings, classes with cells, star expressions, imports, slices that are stored.

def slices(n):
    a = list(range(9))
    for i in range(n):
        a[1:3] = [i, i]
        a[i % 3 : 5] = (1, 2)
        x = a[1:]
        x = a[:-1]
        x = a[i:]
        del a[4:5]
        a.append(i)
        a.append(i)
        b = bytearray(b"abcdef")
        b[1:2] = b"x"
        x = b[2:4]
        x = (1, 2, 3)[0:2]
        x = "abc"[::-1]
        s = slice(1, i)
        x = a[s]
        x = a[s, 1] if False else 0


def lists(n):
    for i in range(n):
        a = []
        for j in range(9):
            a.append(j)
        a = [x for x in a if x]
        d = {}
        for j in range(5):
            d[j] = str(j)
        d = {k: v for k, v in d.items()}
        s = {x for x in a}
        a = [*a, *s]
        s = {*a, *s}
        d = {**d, "a": 1}
        x = dict(**d)  if False else 1


def templates(n):
    for i in range(n):
        x = t"a{i}b{i!r:>3}"
        x = f"{i!s}{i!a:>4}{i=}"
        x = f"{3.14159:.{i % 3}f}"


class Manager:
    def __enter__(self):
        return 1

    def __exit__(self, kind, value, trace):
        return True


def managers(n):
    m = Manager()
    for i in range(n):
        with m as x, m:
            if i % 2:
                raise ValueError
        try:
            try:
                if i % 3 == 0:
                    raise KeyError(i)
            except* KeyError as group:
                x = group
        finally:
            x = i


def loops(n):
    total = 0
    i = 0
    while i < n:
        i += 1
        if i % 3 == 0:
            continue
        for j in range(4):
            if j == 3:
                break
            total += j
        else:
            total += 100
    while True:
        total += 1
        if total > 10:
            break
    return total


def walrus(n):
    for i in range(n):
        if (y := i * 2) > 3:
            x = y
        x = [last := j for j in range(2)]
        x = lambda a, *b, c=1, **d: (a, b, c, d)
        x = x(1, 2, c=3, d=4)
        global shared
        shared = i
        x = shared
        del shared


for _ in range(3):
    slices(10)
    lists(5)
    templates(8)
    managers(8)
    loops(10)
    walrus(8)
