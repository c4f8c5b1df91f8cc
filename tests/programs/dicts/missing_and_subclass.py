class Default(dict):
    def __missing__(self, key):
        self[key] = value = [key]
        return value
d = Default(a=1)
print(d["a"], d["b"], d, d.get("c"), "c" in d, type(d.copy()), isinstance(d, dict),
    d == {"a": 1, "b": ["b"]})
class Upper(dict):
    def __setitem__(self, k, v): super().__setitem__(k.upper(), v)
    def __getitem__(self, k): return super().__getitem__(k.upper())
    def __contains__(self, k): return super().__contains__(k.upper())
u = Upper()
u["x"] = 1
u.update(y=2)
print(u, u["X"], u["x"], "x" in u, u.get("x"), list(u.items()), {**u}, dict(u), len(u))
class NoKey(dict):
    def __missing__(self, key): raise KeyError(f"no {key}")
try:
    NoKey()["q"]
except KeyError as e:
    print(e, e.args)
class Strange(dict):
    def keys(self): return ["fake"]
    def __getitem__(self, k): return "got " + k
print(dict(Strange(real=1)), {**Strange(real=1)}, (lambda **kw: kw)(**Strange(real=1)))
