a = bytearray(b"hello")
a[0] = 72
a.append(33)
a += b" ok"
a.extend([65, 66])
print(a, len(a), a.pop(), a.pop(0), a)
a[1:3] = b"XYZ"
a.insert(0, 48)
del a[-1]
a.remove(ord("X"))
print(a, a[::2], bytes(a), a.find(b"Z"), a * 2)
a.reverse()
print(a, a.copy() == a, a.copy() is a)
a[::2] = b"-" * len(a[::2])
print(a)
a.clear()
print(a, bool(a), bytearray(2), bytearray("é", "latin-1"), repr(bytearray(b"\x00'")))
for f in (lambda: a.pop(), lambda: a.append(256), lambda: a.append("a"), lambda: a.remove(1),
        lambda: a.__setitem__(0, 1), lambda: hash(a),
        lambda: bytearray(b"abc").__setitem__(slice(0, 3, 2), b"abc"), lambda: a.extend(["x"])):
    try:
        f()
    except (TypeError, ValueError, IndexError) as e:
        print(type(e).__name__, e)
