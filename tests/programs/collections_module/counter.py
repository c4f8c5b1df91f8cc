from collections import Counter
c = Counter("abracadabra")
print(c, c["a"], c["z"], c.most_common(2), sorted(c.elements()), c.total(),
    Counter(a=2, b=1) + Counter(a=1, c=5), Counter(a=3, b=1) - Counter(a=1, b=5),
    Counter(a=1, b=2) & Counter(a=5, b=1), Counter(a=1) | Counter(b=2), +Counter(a=-1, b=1),
    -Counter(a=-1, b=1))
c.update("aaa"); c.subtract({"b": 5}); c["q"] = 0
print(c, list(c), c.pop("q"), len(c), Counter([1, 1, 2]) == Counter({1: 2, 2: 1}),
    Counter(a=1) <= Counter(a=2), "z" in c, Counter(), Counter({"x": 0}), c.most_common()[-1],
    Counter(x for x in [1, 2, 1]))
del c["nope"]
c += Counter(z=9)
print(c, type(c.copy()), dict(c))
try:
    Counter.fromkeys("ab")
except NotImplementedError as e:
    print(e)
