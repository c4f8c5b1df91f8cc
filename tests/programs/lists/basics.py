a = [3, 1, 2]
print(a, len(a), a[0], a[-1], a + [4], a * 2, 2 * a, 1 in a, 9 in a, a == [3, 1, 2], a != [3],
    a < [3, 2], [] < [0], a.index(2), a.count(1), list("ab"), list(range(3)), [[]] * 2)
a.append("x"); a.extend((7, 8)); a.insert(0, 0); a.insert(-1, "y"); a.insert(100, "end")
print(a, a.pop(), a.pop(0), a.pop(-2), a)
a.remove("x"); a.reverse()
print(a, a.copy() == a, a.copy() is a)
b = a
b += [9]
print(a is b, a, list(reversed(a)), [*a, *a][:3])
a.clear()
print(a, b, not a)
for f in (lambda: a.pop(), lambda: [1].pop(5), lambda: a.remove(1), lambda: [1].index(2),
        lambda: [1][5], lambda: a + (1,), lambda: a * 1.5, lambda: a < 1, lambda: list(5),
        lambda: hash(a), lambda: [1].insert("a", 1), lambda: a.extend(1), lambda: [].index(1)):
    try:
        f()
    except (TypeError, ValueError, IndexError) as e:
        print(type(e).__name__, e)
