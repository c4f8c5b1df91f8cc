values = [0, 1, 1.0, True, "1", b"1", None, [1], (1,), {1}, frozenset([1]), {1: 1}, range(1),
    1 + 0j, int, len, ...]
for a in values:
    row = []
    for b in values:
        eq = a == b
        try:
            lt = a < b
        except TypeError:
            lt = "E"
        row.append(f"{eq:d}{lt if lt == 'E' else int(lt)}")
    print(" ".join(row))
for a, b in ((1, "a"), ([], ()), (None, 0), ({}, {}), (1j, 2j), (int, str), (range(1), range(2)),
        (b"a", "a"), (object, 1)):
    for op in ("<", "<=", ">", ">="):
        try:
            print(eval(f"a {op} b"))
        except TypeError as e:
            print(e)
