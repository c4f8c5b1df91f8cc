for a in (0, 1, -1, 2, -2, 3, 10, -7):
    print([a ** b for b in (0, 1, 2, 3, 10, 31, 32, 63, 64)])
print(2 ** -1, (-2) ** -3, 10 ** -5, 0 ** 0)
for base, exp, mod in ((3, 200, 13), (3, -1, 7), (-3, 5, 7), (3, 5, -7), (2, 10**20, 10**9 + 7),
        (38, -1, 97), (5, 0, 1)):
    print(pow(base, exp, mod))
for bad in (lambda: pow(2, -1, 4), lambda: pow(2, 3, 0), lambda: pow(2.0, 3, 5),
        lambda: pow(2, 3.0, 5)):
    try:
        print(bad())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
