d = {}
for i in range(20):
    d[i * 7 % 20] = i
print(list(d))
for i in range(0, 20, 3):
    del d[i]
print(list(d))
for i in range(0, 20, 3):
    d[i] = -i
print(list(d.items()))
d[7] = "updated in place"
print(list(d)[:5], d.popitem(), d.popitem(), next(iter(d)), next(reversed(d)))
e = dict(d)
e.pop(next(iter(e)))
print(list(e) == list(d)[1:], {k: v for k, v in sorted(d.items())} == d,
    list({"b": 1, "a": 2, "b": 3}))
big = {str(i): i for i in range(5000)}
for i in range(0, 5000, 2):
    del big[str(i)]
print(len(big), list(big)[:4], list(big)[-3:], sum(big.values()), big["4999"])
