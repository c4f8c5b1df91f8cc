# Counters that pass 2^31, 2^49 and 2^63 within a loop.
for start in (2**31 - 5, 2**49 - 5, 2**50 - 5, 2**63 - 5, -2**31 + 5, -2**49 + 5, -2**50 + 5,
        -2**63 + 5):
    n = start
    step = 1 if start > 0 else -1
    out = []
    while len(out) < 10:
        n += step
        out.append(n)
    print(out)
total = 0
for i in range(2**31 - 3, 2**31 + 3):
    total += i * i
print(total)
print([i for i in range(2**63 - 2, 2**63 + 2)])
