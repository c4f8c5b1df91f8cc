for n in (0, 1, -1, 10, 255, -256, 2**31, 2**49, -2**63, 10**20):
    print(bin(n), oct(n), hex(n), f"{n:b} {n:o} {n:x} {n:X} {n:#x} {n:#b} {n:_} {n:,} {n:_x}")
for bad in (1.5, "1", None):
    for f in (bin, oct, hex):
        try:
            f(bad)
        except TypeError as e:
            print(e)
