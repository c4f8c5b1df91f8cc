# cmath's functions at ordinary arguments, to twelve digits, and its errors.
import cmath

NAMES = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh"
for name in NAMES.split():
    function = getattr(cmath, name)
    for z in (0.5, 2, -3.5, 1 + 1j, -2 + 0.5j, 3 - 4j, 1e-8 + 1e-9j, 20 + 1j, -20 - 3j):
        print(name, z, f"{function(z):.12e}")
print(f"{cmath.log(1j, 2):.12f} {cmath.polar(3 + 4j)[0]} {cmath.phase(-1):.12f}")
print(f"{cmath.phase(-1 - 0j):.12f} {cmath.phase(complex(-1, -0.0)):.12f}")
print(f"{cmath.rect(2, cmath.pi / 3):.12f}", cmath.infj, cmath.nanj)
print(cmath.e, cmath.tau, cmath.inf, cmath.nan)
print(cmath.isclose(1, 1 + 1e-10j), cmath.isclose(1, 2), cmath.isclose(1, 2, abs_tol=1))
for call in (
    lambda: cmath.log(0),
    lambda: cmath.log(1j, 0),
    lambda: cmath.log10(0),
    lambda: cmath.atan(1j),
    lambda: cmath.atanh(1),
    lambda: cmath.exp(1000),
    lambda: cmath.cosh(1000),
    lambda: cmath.sinh(-1000),
    lambda: cmath.sqrt("a"),
    lambda: cmath.isclose(1, 2, rel_tol=-1),
    lambda: cmath.rect("a", 1),
    lambda: cmath.sqrt(),
    lambda: cmath.sqrt(1, 2),
    lambda: cmath.polar(1e308 + 1.7e308j),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
