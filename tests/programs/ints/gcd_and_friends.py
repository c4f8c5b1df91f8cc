import math
print(math.gcd(), math.gcd(12), math.gcd(12, 18), math.gcd(-12, 18, 27), math.gcd(0, 5),
    math.gcd(2**70, 6**40))
print(math.lcm(), math.lcm(4, 6), math.lcm(0, 5), math.lcm(2**40, 3**30))
print([math.isqrt(n) for n in (0, 1, 2, 3, 4, 15, 16, 2**49, 10**30, 10**40 - 1)])
print(math.factorial(0), math.factorial(5), math.factorial(30), math.comb(10, 3),
    math.comb(100, 50), math.comb(3, 5), math.perm(10, 3), math.perm(5))
for f in (lambda: math.isqrt(-1), lambda: math.factorial(-1), lambda: math.factorial(2.0),
        lambda: math.comb(-1, 2), lambda: math.gcd(1.5)):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
