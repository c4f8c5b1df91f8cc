def sieve(n):
    flags = bytearray([1]) * (n + 1)
    flags[:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if flags[i]: flags[i * i::i] = bytes(len(range(i * i, n + 1, i)))
    return [i for i, f in enumerate(flags) if f]
p = sieve(10000)
print(len(p), p[:10], p[-1], sum(p))
def factor(n):
    out = []
    for q in p:
        while n % q == 0: out.append(q); n //= q
        if q * q > n: break
    return out + [n] if n > 1 else out
print([factor(n) for n in (60, 97, 1001, 2**20 - 1, 999999)])
def collatz(n):
    steps = 0
    while n != 1: n = n // 2 if n % 2 == 0 else 3 * n + 1; steps += 1
    return steps
print(max(range(1, 3000), key=collatz), collatz(27))
def miller(n):
    if n < 2 or n % 2 == 0: return n == 2
    d, s = n - 1, 0
    while d % 2 == 0: d //= 2; s += 1
    for a in (2, 3, 5, 7, 11, 13):
        if a % n == 0: continue
        x = pow(a, d, n)
        if x in (1, n - 1): continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1: break
        else: return False
    return True
print([n for n in (561, 7919, 2**61 - 1, 2**61 + 1, 10**18 + 9) if miller(n)],
    [n for n in range(60) if miller(n)])
def pi_digits(n):
    q, r, t, k, m, x, out = 1, 0, 1, 1, 3, 3, []
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(m)
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            digit = (q * (7 * k + 2) + r * x) // (t * x)
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, digit, x + 2
    return "".join(map(str, out))
print(pi_digits(100))
