for n in (0, 7, -42, 1234567, 10**20, True):
    for spec in ("", "d", "5d", "<8d", "^8d", ">8d", "08d", "+d", " d", "-d", ",d", "_d", "x",
            "#x", "#X", "o", "#o", "b", "#b", "_b", "#010x", "=+8d", "*^12,d", "n", "e", ".2f",
            "g", "%", "012,d"):
        print(format(n, spec), end="|")
    print()
for spec in ("c", "s", ".2d", ",x", "c+", "z", "10.2", ",_d", "1000000000000000000000d"):
    try:
        print(format(65, spec))
    except (ValueError, OverflowError) as e:
        print(repr(spec), e)
