# int op float converts the int; comparisons are exact.
for n in (0, 1, -1, 2**52 + 1, 2**53 + 1, 2**63, 10**22 + 1):
    for x in (0.5, 1.0, -0.0, 2.0**53, 1e22, 9.223372036854776e18):
        print(n + x, n * x, n - x, n < x, n == x, n > x)
print(2**53 == 2.0**53, 2**53 + 1 == 2.0**53, 2**53 + 1 > 2.0**53, 10**400 > float("inf"),
    10**400 < 1e308, -10**400 < -1e308)
print(float("nan") < 10**400, 5 == float("nan"), 1 < float("inf"), hash(2**53) == hash(2.0**53))
try:
    10**400 + 1.0
except OverflowError as e:
    print(e)
