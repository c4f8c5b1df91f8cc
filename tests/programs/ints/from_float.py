for x in (0.0, -0.0, 1.9, -1.9, 2**53 + 0.0, 1e15, 1e18, 1e22, 1.5e300, -1e25, 0.5, -0.5, 2.0**49,
        2.0**63):
    print(int(x), round(x), x.is_integer())
for x in (float("inf"), float("-inf"), float("nan")):
    for f in (int, round):
        try:
            f(x)
        except (OverflowError, ValueError) as e:
            print(type(e).__name__, e)
