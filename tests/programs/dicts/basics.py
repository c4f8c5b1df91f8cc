d = {"a": 1, "b": 2}
print(d, len(d), d["a"], d.get("z"), d.get("z", 0), "a" in d, 1 in d, list(d), list(d.values()),
    list(d.items()), d == {"b": 2, "a": 1}, dict(a=1), dict([("x", 1), ("y", 2)]),
    dict({"k": 1}, z=2), dict(zip("ab", [1, 2])), {})
d["c"] = 3
d["a"] = 10
print(d, d.pop("b"), d.pop("zz", None), d.setdefault("a", 5), d.setdefault("n", []), d,
    d.popitem(), d.copy() == d)
d.update({"x": 1}, y=2)
d.update([("z", 3)])
del d["c"]
print(d, list(reversed(d)), {**d, "x": 0}, d | {"q": 1}, {"q": 1} | d)
d |= {"m": 5}
print(d, dict.fromkeys("ab", 0), dict.fromkeys([1]), {1: "int", 1.0: "float", True: "bool"},
    {0.0: 1, -0.0: 2})
for f in (lambda: d["nope"], lambda: {}.popitem(), lambda: {}.pop("a"), lambda: {[]: 1},
        lambda: {{}: 1}, lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: dict(5),
        lambda: d | 5, lambda: d < d, lambda: dict(["abc"]), lambda: hash(d),
        lambda: exec("del d['q']"), lambda: d.update(5)):
    try:
        f()
    except (TypeError, KeyError, ValueError) as e:
        print(type(e).__name__, e)
