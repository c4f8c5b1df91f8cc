print(list(enumerate("ab")), list(enumerate("ab", start=-1)), dict(enumerate("xy", 10)),
    list(reversed(range(3))), list(reversed({"a": 1, "b": 2})),
    list(zip("ab", range(5), [True, None])), list(map(None.__class__, [])),
    list(map(max, [1, 5], [3, 2])), list(filter(str.isdigit, "a1b2")),
    sorted(filter(None, {0, 1, 2})))
e = enumerate(["x", "y"], 2**63 - 1)
print(next(e), next(e), list(zip(*[(1, "a"), (2, "b")])), all(i < 3 for i in range(3)),
    next(iter([]), "empty"), iter([1]).__next__(), slice(1, 2).indices(5))
class R:
    def __reversed__(self): return iter("custom")
class L:
    def __len__(self): return 3
    def __getitem__(self, i): return i * 10
print(list(reversed(R())), list(reversed(L())), len(L()))
class Hint:
    def __iter__(self): return iter([1, 2])
    def __length_hint__(self): return 10**6
import operator
print(list(Hint()), operator.length_hint(Hint()), operator.length_hint(iter([1, 2, 3])),
    tuple(Hint()))
it = map(lambda x: 10 // x, [1, 0, 5])
print(next(it))
try:
    next(it)
except ZeroDivisionError as err:
    print(err, list(it))
f = filter(lambda x: x.y, [1])
try:
    next(f)
except AttributeError as err:
    print(err)
def stop(): raise StopIteration
print(list(iter(stop, 1)), list(map(lambda x: next(iter([])), [1, 2])))
