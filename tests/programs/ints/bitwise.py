values = [0, 1, -1, 6, -6, 255, -256, 2**31 - 1, -2**31, 2**49, -2**50 + 3, 2**64 - 1, -2**64,
    10**21, -10**21]
for a in values:
    for b in values:
        print(a & b, a | b, a ^ b)
print([~a for a in values])
print(True & True, True | 2, True ^ True, type(True & False), type(True & 1))
