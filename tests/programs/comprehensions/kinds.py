print([i * i for i in range(5) if i % 2 == 0], {i % 3 for i in range(10)} == {0, 1, 2},
    {c: ord(c) for c in "abc"}, sum(i for i in range(5)),
    [(i, j) for i in range(3) for j in range(i)], [i if i % 2 else -i for i in range(4)])
print([[j for j in range(i)] for i in range(4)], {(a, b): a * b for a in (1, 2) for b in (3, 4)},
    [a for a, *b in [(1, 2), (3,)]], [k for k, v in {"x": 1, "y": 0}.items() if v],
    [s for s in "a,b".split(",")], ["%d" % i for i in (1, 2)])
matrix = [[1, 2, 3], [4, 5, 6]]
print([[row[i] for row in matrix] for i in range(3)], [x for row in matrix for x in row],
    {**{k: v for k, v in [("a", 1)]}}, [*(i for i in range(2)), *[9]], max(x * 2 for x in [1, 2]))
try:
    [1 / i for i in (1, 0)]
except ZeroDivisionError as e:
    print(e)
try:
    [a for a, b in [(1, 2, 3)]]
except ValueError as e:
    print(e)
log = []
def t(v): log.append(v); return v
[t(b) for a in t([1, 2]) if t(a) for b in t([a, 10])]
print(log)
g = (t("late") for _ in t([1]))
print(log[-1], list(g), log[-1])
big = [i for i in range(100000) if i % 7 == 3]
print(len(big), big[-1], len({i: i for i in range(1000)}), len({i // 2 for i in range(1000)}))
