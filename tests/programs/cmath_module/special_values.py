# cmath at zeros, infinities and NaN: every function, every kind of real and imaginary part.
import cmath

inf, nan = float("inf"), float("nan")
NAMES = ("acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh "
         "phase isnan isinf isfinite").split()


def rounded(f):
    return round(f, 12) if f - f == 0 else f


for name in NAMES:
    function = getattr(cmath, name)
    for re in (-inf, -1.0, -0.0, 0.0, 1.0, inf, nan):
        results = []
        for im in (-inf, -0.0, 0.0, inf, nan):
            try:
                result = function(complex(re, im))
                if isinstance(result, complex):
                    result = complex(rounded(result.real), rounded(result.imag))
                elif isinstance(result, float):
                    result = rounded(result)
            except (ValueError, OverflowError) as error:
                result = str(error)
            results.append(result)
        print(name, re, results)
for r in (-inf, -1.0, -0.0, 0.0, 1.0, inf, nan):
    for phi in (-inf, -0.0, 0.0, 1.0, inf, nan):
        try:
            z = cmath.rect(r, phi)
            print(r, phi, repr(z) if phi != 1.0 or r - r != 0 else f"{z:.12f}")
        except ValueError as error:
            print(r, phi, error)
