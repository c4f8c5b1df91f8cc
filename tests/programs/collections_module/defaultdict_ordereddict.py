from collections import defaultdict, OrderedDict, ChainMap, UserDict, UserList, UserString
d = defaultdict(list)
d["a"].append(1); d["b"]
print(d, d["a"], "c" in d, d.get("c"), len(d), d.default_factory, defaultdict(int, x=1)["y"],
    d.copy(), d == {"a": [1], "b": []}, defaultdict(lambda: "dflt")["k"], d | {"z": 1})
for f in (lambda: defaultdict()["x"], lambda: defaultdict(5), lambda: defaultdict(None)["q"]):
    try:
        f()
    except (KeyError, TypeError) as e:
        print(type(e).__name__, e)
o = OrderedDict([("a", 1), ("b", 2), ("c", 3)])
o.move_to_end("a")
print(o, list(o))
o.move_to_end("c", last=False)
print(list(o), o.popitem(), o.popitem(last=False), o,
    OrderedDict(a=1, b=2) == OrderedDict(b=2, a=1), OrderedDict(a=1, b=2) == dict(b=2, a=1),
    list(reversed(OrderedDict.fromkeys("xyz"))), o.copy(), OrderedDict(a=1) | {"b": 2})
try:
    o.move_to_end("zz")
except KeyError as e:
    print(repr(e))
cm = ChainMap({"a": 1}, {"a": 2, "b": 3})
print(cm["a"], cm["b"], dict(cm) == {"a": 1, "b": 3}, len(cm), cm.maps,
    cm.new_child({"z": 0})["z"], cm.parents, "b" in cm)
cm["b"] = 9
print(cm, sorted(cm.items()))
class Up(UserDict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
u = Up(a=1); u["b"] = 2; u.update(c=3)
print(u, u.data, UserList([1, 2]) + [3], UserString("ab").upper(),
    type(UserString("x") + "y").__name__)
