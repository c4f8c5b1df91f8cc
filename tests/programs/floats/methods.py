for x in (0.0, 0.5, -2.75, 3.0, 1e300, 5e-324):
    print(x.as_integer_ratio(), x.is_integer(), x.hex(), float.fromhex(x.hex()) == x, x.real,
        x.imag, x.conjugate())
print(float.fromhex("0x1.8p3"), float.fromhex("-inf"), float.fromhex("1.5"), (float("inf")).hex(),
    float("nan").hex())
for f in (lambda: float("inf").as_integer_ratio(), lambda: float("nan").as_integer_ratio(),
        lambda: float.fromhex("zz"), lambda: float("abc"), lambda: float(""), lambda: float([]),
        lambda: float("1__0")):
    try:
        f()
    except (OverflowError, ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(float.from_number(3), (1.5).__trunc__(), (1.5).__floor__(), (1.5).__ceil__(),
    (-1.5).__floor__(), (2.5).__round__())
