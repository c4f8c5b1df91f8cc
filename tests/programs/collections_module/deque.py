from collections import deque
d = deque([1, 2, 3], maxlen=4)
d.append(4); d.append(5); d.appendleft(0)
print(d, d.maxlen, len(d), d[0], d[-1], d.pop(), d.popleft(), d, 3 in d, d.index(3), d.count(2),
    list(reversed(d)))
d = deque("abcdef")
d.rotate(2)
print(d)
d.rotate(-3)
print(d)
d.extend("xy")
d.extendleft("12")
print(d, d.copy() == d)
d.remove("c"); d.insert(1, "I"); d[2] = "set"; del d[0]; d.reverse()
print(d, deque([1, 2]) + deque([3]), deque([1]) * 3, deque([1, 2]) < deque([1, 3]),
    deque() == deque([]), bool(deque()), deque([1]) == [1], hash is not None)
e = deque(maxlen=0); e.append(1); print(e, deque(range(5), 3), deque([[]]).copy()[0])
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5],
        lambda: deque([1]).remove(9), lambda: deque([1]).index(9), lambda: deque(maxlen=-1),
        lambda: deque([1], maxlen=1).insert(0, 2), lambda: deque([1, 2])[0:1],
        lambda: hash(deque()), lambda: deque(5), lambda: deque(maxlen="a"),
        lambda: deque([1]) + [2]):
    try:
        f()
    except (IndexError, ValueError, TypeError) as e2:
        print(type(e2).__name__, e2)
d = deque([1, 2, 3])
try:
    for x in d: d.append(x)
except RuntimeError as e3:
    print(e3)
print(repr(deque([deque([1]), "a"])), list(deque([3, 1, 2])), sorted(deque([3, 1, 2])),
    max(deque([3, 1])))
