s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), s == slice(1, 10, 2), s.indices(6),
    slice(None, None, -1).indices(5), slice(-3, None).indices(10), list(range(20))[s],
    "abcdefghijk"[s], (1, 2, 3)[slice(-2, None)])
class Show:
    def __getitem__(self, key): return key
    def __setitem__(self, key, value): print("set", key, value)
    def __delitem__(self, key): print("del", key)
x = Show()
print(x[1], x[1:2], x[::], x[1:2:3], x[1, 2], x[1:2, ::3], x[...], x[()], x["a"], x[None:],
    x[*[1, 2]], x[1, *[2, 3]])
x[1:2] = 5
x[0, 1] = 6
del x[::2]
x["k"] = x[3:]
print(hash(slice(1, 2)) == hash(slice(1, 2)), slice(1) < slice(2), {slice(1): 2})
for f in (lambda: slice(), lambda: s.indices(-1), lambda: slice("a").indices(5),
        lambda: [1][slice("a")], lambda: slice(1, 2, 0).indices(3)):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
