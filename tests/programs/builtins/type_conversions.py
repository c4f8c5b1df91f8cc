values = [0, 1, -1, 2.7, -2.7, "12", " 3 ", "1.5", "abc", "", b"12", True, None, [], [1], (), {},
    {1: 2}, "0x10", "1e3", "nan", 10**20, 1 + 2j]
for v in values:
    row = []
    for t in (int, float, complex, bool, str, list, tuple, set, dict, bytes):
        try:
            r = t(v)
            row.append(repr(r) if t is not set else repr(sorted(r, key=str)))
        except (TypeError, ValueError, OverflowError) as e:
            row.append(type(e).__name__[0])
    print(repr(v), row)
class I:
    def __int__(self): return 7
    def __float__(self): return 1.25
    def __complex__(self): return 1j
    def __bytes__(self): return b"bb"
    def __str__(self): return "s"
i = I()
print(int(i), float(i), complex(i), bytes(i), str(i), bool(i))
class T:
    def __trunc__(self): return 3
    def __index__(self): return 9
print(int(T()), float(T()), complex(T()), hex(T()), bytes(T()))
