# Correctly rounded, also where both operands are beyond a float's precision.
for a, b in ((1, 3), (2, 3), (-7, 2), (10**30, 10**29), (2**53 + 1, 1), (10**400, 10**399),
             (1, 10**400), (2**1023, 1), (3 * 10**308, 2), (-1, 2**1074), (1, 2**1075),
                 (3, 2**1075),
             (2**63, 3), (2**49 + 1, 2**49)):
    print(a / b if a.bit_length() < 3000 else 0)
try:
    10**400 / 1
except OverflowError as e:
    print(e)
try:
    float(10**400)
except OverflowError as e:
    print(e)
