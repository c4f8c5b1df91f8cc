a = [1, 2, 3, 4]
for x in a:
    if len(a) < 8:
        a.append(x * 10)
print(a)
a = list(range(10))
for x in a:
    if x % 2 == 0:
        a.remove(x)
print(a)
a = [1, 2, 3]
it = iter(a)
print(next(it), it.__length_hint__())
a.clear()
print(list(it))
a.append(5)
print(list(it), list(reversed([1, 2, 3])))
r = reversed(a)
a.append(6)
print(list(r))
a = [1, 2, 3]
print([a.pop() for _ in a], a)
