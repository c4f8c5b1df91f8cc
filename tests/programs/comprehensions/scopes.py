x = "outer"
print([x for x in range(3)], x, {x: 1 for x in "ab"}, {x for x in [1]}, list(x for x in "z"), x)
fs = [lambda: i for i in range(3)]
print([f() for f in fs], [(lambda: j)() for j in range(3)])
def f():
    y = 10
    nested = [[y * a for a in range(b)] for b in range(3)]
    return [y + z for z in range(3)], nested, [w for w in (y, x)]
print(f())
class C:
    n = 3
    items = [k for k in range(n)]
    try:
        bad = [n for _ in range(2)]
    except NameError as e:
        print(e)
    ok = [m for m in [n]]
print(C.items, C.ok)
def g(): return [locals().keys() >= {"q"} for q in [1]], sorted(locals())
print(g())
def shadow(i):
    total = [i for i in range(i)]
    return i, total
print(shadow(3))
def cell():
    fs = [(lambda v: lambda: v + k)(k) for k in range(3)]
    return [f() for f in fs]
print(cell())
def nonl():
    c = 0
    def inc():
        nonlocal c
        c += 1
        return c
    return [inc() for _ in range(3)], c
print(nonl())
print([a for a in [b for b in range(3) if b] if a > 1],
    [y for x in [[1, 2], [3]] for y in x if y != 2], [[*r] for r in ([1], (2, 3))])
