for a in (7, -7, 0, 2**49, -2**49, 2**63, -2**63, 10**20, -10**20):
    for b in (2, -2, 3, -3, 2**31, -2**31, 2**64, -2**64):
        q, r = divmod(a, b)
        assert q == a // b and r == a % b
        assert q * b + r == a
        print(a, b, q, r)
