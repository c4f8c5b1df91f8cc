# Lists, tuples, dicts, sets, strings: literals, indexing, slices, membership, unpacking, comprehensions, iteration.
def lists(n):
    a = [1, 2, 3, 4, 5]
    total = 0
    for i in range(n):
        k = i % 5
        x = a[k]
        x = a[-1]
        a[k] = x
        b = [i, x, a]
        b.append(i)
        x = len(b)
        b = a[1:3]
        b = a[:k]
        b = a[::2]
        a[0:1] = [9]
        if k in a:
            total += 1
        if k not in a:
            total += 2
        c = [j for j in range(k)]
        c = [j + k for j in a if j > 2]
        c = [*a, *b]
        del c[0]
        p, q, *r = a
        p, q = a[:2]
        p, q, r = a[:3]
        if b:
            total += 1
        if not c:
            total += 1
        b = a + c
        b = a * 2
        b += [1]
        b = sorted(a)
    for x in a:
        total += x
    for x in reversed(a):
        total += x
    return total


def tuples(n):
    t = (1, 2.5, "x", None)
    for i in range(n):
        a = t[i % 4]
        b = (i, a)
        c, d = b
        c, d = d, c
        x, y, z = (i, i, i)
        x, y, z, w = t
        (x, *y) = t
        if a in t:
            c = t[1:]
        for a in t:
            pass
        for u, v in ((1, 2), (3, 4)):
            pass
        e = (*t, i)
        if t:
            c = t == b
        s = i % 3, "y"


def dicts(n):
    d = {"a": 1, "b": 2, 3: 4}
    for i in range(n):
        x = d["a"]
        d["a"] = i
        d[i] = x
        y = {"k": i, **d}
        y = d.get("zz")
        y = d.get("a")
        if "a" in d:
            x = len(d)
        if "q" not in d:
            x = 1
        for k in d:
            pass
        for k, v in d.items():
            pass
        for v in d.values():
            pass
        y = {k: i for k in "ab"}
        y = {**y}
        del d[i]
        x = d.setdefault("s", 1)
        if d:
            x = d == y


def sets(n):
    s = {1, 2, 3}
    for i in range(n):
        s.add(i)
        if i in s:
            x = len(s)
        if -1 not in s:
            x = 2
        t = {i, *s}
        t = {j for j in s}
        t = s | t
        t = s & t
        for e in s:
            pass
        f = frozenset(t)
        if i in f:
            x = 3


def strings(n):
    s = "hello"
    for i in range(n):
        c = s[i % 5]
        c = s[-1]
        t = s + c
        t += "x"
        u = f"{i}{s}{c}"
        u = f"{i:03d}"
        u = "%d %s" % (i, s)
        if c == "l":
            u = c
        if s != t:
            u = t
        if s < t:
            u = s
        if c in s:
            u = s[1:3]
        for c in "abc":
            pass
        if s:
            x = len(s)
        u = s.upper()
        u = ",".join(["a", "b"])
        u = s * 2
        b = b"abc"
        x = b[0]
        for x in b:
            pass


def matching(n):
    for i in range(n):
        for v in ([1, 2], {"a": 1, "b": 2}, (1, 2, 3), "x", 5, None):
            match v:
                case [a, b]:
                    r = a
                case {"a": a, **rest}:
                    r = a
                case (a, *b):
                    r = b
                case str(a):
                    r = a
                case int():
                    r = 1
                case None:
                    r = 2


def iterators(n):
    for i in range(n):
        for a, b in zip((1, 2), (3, 4)):
            pass
        for a, b in enumerate("xy"):
            pass
        for a in map(abs, (1, -2)):
            pass
        for a in iter([1, 2]):
            pass
        it = iter((1, 2, 3))
        x = next(it)
        x = sum(it)
        for a in range(2, 8, 3):
            pass
        for a in range(3, 0, -1):
            pass


for _ in range(3):
    lists(12)
    tuples(12)
    dicts(12)
    sets(12)
    strings(12)
    matching(6)
    iterators(8)
