from array import array
a = array("i", [1, 2, 3])
a.append(4); a.extend([5, 6]); a.insert(0, 0)
print(a, len(a), a[1], a[-1], a[1:3], a.typecode, a.itemsize, a.tolist(), a.pop(), a.index(3),
    a.count(2), 4 in a, a + array("i", [9]), a * 2, array("d", [1.5, 2]), array("B", b"ab"),
    a.tobytes()[:4], a == array("i", a.tolist()), array("w", "hé"))
a[0] = 100; a.reverse(); a.remove(3); del a[0]
print(a, list(a), sum(a), max(a), bytes(array("H", [1, 2])), array("q", [2**62]),
    array("f", [0.1])[0], memoryview(a)[0])
a[1:2] = array("i", [7, 8, 9]); b = array("b"); b.frombytes(b"\x01\xff"); a.byteswap()
print(a, b, b.buffer_info()[1], array("i"), a < array("i", [1]), array("L", [1]).itemsize)
for f in (lambda: array("i", [2**31]), lambda: array("b", [200]), lambda: array("z"),
        lambda: array("i", ["a"]), lambda: array("i")[0], lambda: array("i", [1]).append(1.5),
        lambda: array("B", [-1]), lambda: array("i").pop(), lambda: array("i") + [1],
        lambda: array("i").remove(1), lambda: array("d", "abc"),
        lambda: array("i", [1]).__setitem__(slice(0, 1), [1]), lambda: array()):
    try:
        f()
    except (OverflowError, ValueError, TypeError, IndexError) as e:
        print(type(e).__name__, e)
