import math
print(math.copysign(1, -0.0), math.copysign(-3, 2), math.fmod(-7, 3), math.remainder(7, 4),
    math.frexp(8.5), math.ldexp(0.5, 4), math.modf(-3.25), math.modf(5))
print(math.hypot(3, 4), math.hypot(1, 2, 2), math.dist((0, 0), (3, 4)),
    math.isclose(0.1 + 0.2, 0.3), math.isclose(1, 1.1), math.isnan(math.nan),
    math.isinf(-math.inf), math.isfinite(1))
print(math.pi, math.e, math.tau, math.inf, math.nan, math.prod([1, 2, 3.5]), math.prod([]),
    math.ulp(1.0), math.nextafter(1, 2), math.fma(2, 3, 4))
print(math.atan2(1, -1), math.atan2(-0.0, -1), math.pow(2, 10), math.log(8, 2), math.log(10**400),
    math.log2(2**1000), math.log10(1000), math.trunc(-2.7), math.floor(-2.5), math.ceil(2.1),
    math.floor(10**20))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.log(-1), lambda: math.acos(2),
        lambda: math.fmod(1, 0), lambda: math.pow(0, -1), lambda: math.exp(1000),
        lambda: math.sqrt("a"), lambda: math.ldexp(1, 5000), lambda: math.floor(math.inf)):
    try:
        print(f())
    except (ValueError, OverflowError, TypeError) as e:
        print(type(e).__name__, e)
