for n in (0, 1, -1, 5, -5, 2**31, -2**31, 2**49 - 1, -2**49, 2**63, 10**25):
    for s in (0, 1, 13, 31, 32, 48, 49, 63, 64, 100):
        print(n, s, n << s, n >> s)
for bad in (lambda: 1 << -1, lambda: 1 >> -1, lambda: 1 << 1.0, lambda: "a" << 1):
    try:
        bad()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(0 << 10**20, 5 >> 10**20, -5 >> 10**20)
