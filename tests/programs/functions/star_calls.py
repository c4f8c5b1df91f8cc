def f(*a, **k): return a, k
log = []
def t(x):
    log.append(x)
    return x
print(f(t(1), *t([2, 3]), t(4), k=t(5), **t({"m": 6})), log)
print(f(*range(3), *"ab", *{"k": 1}, *(i for i in range(2))), f(**dict(a=1), b=2, **{"c": 3}),
    f(*(), **{}))
print(max(*[1, 5, 3]), print(*[1, 2], sep="-"), [*range(2), *"x"], {*[1], *(2,)} == {1, 2},
    "{} {}".format(*"ab"))
class Map:
    def keys(self): return ["p", "q"]
    def __getitem__(self, k): return k * 2
print(f(**Map()), {**Map()}, dict(Map()))
for code in ("f(*1)", "f(**1)", "f(**{'a': 1}, **{'a': 2})", "f(a=1, **{'a': 2})", "f(**{1: 2})",
        "f(*[1], *None)", "[*1]", "max(*1)", "print(**[1])"):
    try:
        print(eval(code))
    except TypeError as e:
        print(code, "->", e)
