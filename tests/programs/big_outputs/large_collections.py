n = 100000
l = list(range(n))
d = {i: str(i) for i in l}
s = set(l)
t = tuple(l)
print(len(d), d[n - 1], n - 1 in s, n in s, t[-1], sum(l), sum(d), max(d.values(), key=int),
    len(s & set(range(0, n, 3))), l.index(n - 1))
l.sort(key=lambda x: -x)
print(l[:3], sorted(l) == list(t), l[::-1][:2], len([x for x in l if x % 3 == 0]))
for i in range(0, n, 2): del d[i]
print(len(d), list(d)[:3], 0 in d, 1 in d)
nested = [[j for j in range(100)] for i in range(300)]
print(sum(map(sum, nested)), sum(x for r in nested for x in r), len(list(zip(*nested))))
from collections import deque
q = deque(range(n))
total = 0
while q:
    total += q.popleft()
    if q: total -= q.pop()
print(total)
strs = {f"key{i}": i for i in range(n)}
print(strs["key99999"], sum(strs[f"key{i}"] for i in range(0, n, 1000)))
