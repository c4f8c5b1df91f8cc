import random
random.seed(7)
rows = [(random.randrange(10), i) for i in range(500)]
by_key = sorted(rows, key=lambda r: r[0])
print(all(a[1] < b[1] for a, b in zip(by_key, by_key[1:]) if a[0] == b[0]))
rev = sorted(rows, key=lambda r: r[0], reverse=True)
print(all(a[1] < b[1] for a, b in zip(rev, rev[1:]) if a[0] == b[0]))
for make in (lambda n: list(range(n)), lambda n: list(range(n, 0, -1)),
        lambda n: [i % 7 for i in range(n)], lambda n: [random.random() for _ in range(n)],
        lambda n: list(range(n // 2)) + list(range(n // 2))):
    for n in (0, 1, 2, 31, 32, 33, 64, 100, 1000):
        data = make(n)
        s = sorted(data)
        assert len(s) == len(data) and all(x <= y for x, y in zip(s, s[1:]))
calls = []
print(sorted([3, 1, 2], key=lambda x: calls.append(x) or x), calls)
