print({i: i * i for i in range(5)}, {k: v for k, v in zip("abc", range(3)) if v},
    {(i, j): i + j for i in range(2) for j in range(2)},
    {v: k for k, v in {"a": 1, "b": 2}.items()})
a, b = {"x": 1, "y": {"z": 1}}, {"y": 2, "w": 3}
print({**a, **b}, a | b, b | a, {"first": 0, **a, "last": 9}, dict(**b), dict(a, **b), {**{}, **{}})
c = a
c |= b.items()
print(a, c is a)
order = []
def f(n):
    order.append(n)
    return n
print({f("k1"): f("v1"), f("k2"): f("v2")}, order)
try:
    {**5}
except TypeError as e:
    print(e)
try:
    print((lambda **k: k)(**{1: 2}))
except TypeError as e:
    print(e)
