t = (1, "a", 2.5)
print(t, len(t), t[0], t[-1], t[1:], t[::-1], t + (4,), t * 2, "a" in t, t.index("a"), t.count(1),
    (), (1,), tuple("ab"), tuple([1, 2]), hash((1, 2)) == hash((1, 2)), {(1, 2): "x"}[1, 2])
print((1, 2) < (1, 3), (1, 2) == (1, 2), (1, 2) == [1, 2], (1,) < (1, 0), () < (0,),
    (1, (2, 3)) < (1, (2, 4)), sorted([(2, "b"), (1, "z"), (2, "a")]), max((1, 5), (1, 4)))
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d, *t, (*t, *t), [*t])
x = 1,
print(x, type(x), t is tuple(t), t[:] is t)
for f in (lambda: t[5], lambda: t + [1], lambda: t.__setitem__, lambda: exec("t[0] = 1"),
        lambda: exec("del t[0]"), lambda: t.index(9), lambda: hash(([],)), lambda: t < 1,
        lambda: (1, "a") < (1, 2), lambda: t * "a", lambda: tuple(5)):
    try:
        f()
    except (TypeError, IndexError, ValueError, AttributeError) as e:
        print(type(e).__name__, e)
