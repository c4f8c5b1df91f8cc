# Products across the same widths, and back by division.
values = [0, 1, -1, 2, -3, 2**24, 2**25 - 1, 2**31, -2**31, 2**32 + 1, 2**48 - 1, -2**49, 2**62,
    2**63 - 1]
for a in values:
    for b in values:
        p = a * b
        print(a, b, p, p // b if b else None, p % a if a else None)
