d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), "a" in k, 2 in v, ("a", 1) in i, ("a", 2) in i, list(reversed(k)),
    list(reversed(i)), k == {"a", "b", "c"}, i == d.items(), v == d.values())
d["d"] = 4
print(list(k), list(v), list(i), sorted(k & {"a", "z"}), sorted(k | {"z"}), sorted(k - {"a"}),
    sorted(k ^ {"a", "z"}), sorted(i & {("a", 1)}), k.isdisjoint({"q"}), k >= {"a"}, k < {"a"},
    k.mapping["a"])
for f in (lambda: k[0], lambda: v & {1}, lambda: hash(k), lambda: k + k,
        lambda: d.keys().mapping.__setitem__("x", 1), lambda: next(k)):
    try:
        f()
    except (TypeError, AttributeError) as e:
        print(e)
it = iter(d)
next(it)
d["e"] = 5
try:
    next(it)
except RuntimeError as e:
    print(e)
it = iter(d.items())
next(it)
del d["e"]; d["f"] = 1
try:
    print(list(it))
except RuntimeError as e:
    print(e)
