data = bytearray(b"abcdef")
m = memoryview(data)
print(len(m), m[0], m[-1], bytes(m[1:4]), m.tolist(), m.nbytes, m.itemsize, m.format, m.readonly,
    m.shape, m.ndim, m == b"abcdef", m[::2].tobytes())
m[0] = 65
m[1:3] = b"XY"
print(data, bytes(m), m.hex(), list(m[:2]), memoryview(b"ab").readonly, 65 in m)
for f in (lambda: memoryview(b"ab").__setitem__(0, 1), lambda: m[10], lambda: data.append(1),
        lambda: memoryview("a"), lambda: m.__setitem__(0, 300),
        lambda: m.__setitem__(slice(0, 2), b"abc")):
    try:
        f()
    except (TypeError, ValueError, IndexError, BufferError) as e:
        print(type(e).__name__, e)
m.release()
try:
    m[0]
except ValueError as e:
    print(e)
data.append(33)
print(data, memoryview(b"\x01\x00\x02\x00").cast("H").tolist())
