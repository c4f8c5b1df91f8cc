a = list(range(10))
print(a[2:5], a[:3], a[7:], a[::3], a[::-1], a[8:2:-2], a[-3:], a[:-3], a[5:5], a[20:], a[-20:2])
a[2:5] = ["x"]; print(a)
a[1:1] = [10, 11]; print(a)
a[::2] = [0] * len(a[::2]); print(a)
a[5:2] = ["in"]; print(a)
del a[::3]; print(a)
del a[1:3]; print(a)
a[:] = "abc"; print(a)
a[1:] = a; print(a)
a[len(a):] = [1, 2]; print(a)
for f in (lambda: a.__setitem__(slice(None, None, 2), [1]), lambda: a.__setitem__(slice(0, 1), 5),
        lambda: a.__setitem__(99, 1), lambda: a.__delitem__(99), lambda: a[::0], lambda: a["a":],
        lambda: a.__setitem__("a", 1), lambda: a[1, 2]):
    try:
        f()
    except (TypeError, ValueError, IndexError) as e:
        print(type(e).__name__, e)
