class Grid:
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
    def __delitem__(self, k): del self.d[k]
    def __len__(self): return len(self.d)
    def __iter__(self): return iter(self.d)
    def __missing__(self, k): return "never called"
g = Grid()
g[1, 2] = "a"
g["k"] = [1]
g["k"] += [2]
print(g[1, 2], g["k"], len(g), list(g), "k" in g, bool(g))
del g["k"]
try:
    g["k"]
except KeyError as e:
    print(repr(e))
class Old:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
o = Old()
print(list(o), 4 in o, 5 in o, sum(o), max(o), dict(enumerate(o)), [*o], tuple(zip(o, "ab")))
a, b, *c = o
print(a, b, c)
class Stop:
    def __getitem__(self, i):
        if i == 2: raise StopIteration
        return i
print(list(Stop()))
class Len:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
for n in (0, 5, -1, 1.5, "a", 2**63, 2**100):
    try:
        print(len(Len(n)))
    except (TypeError, ValueError, OverflowError) as e:
        print(type(e).__name__, e)
class ClassItem:
    def __class_getitem__(cls, k): return cls.__name__, k
print(ClassItem[int], ClassItem[1, 2])
