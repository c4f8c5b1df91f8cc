import math
xs = (0.0, 0.5, 1.0, -1.0, 2.0, 10.0, 1e-10, 100.25)
for name in ("sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh", "exp", "expm1", "sqrt",
        "log", "log2", "log10", "log1p", "floor", "ceil", "trunc", "fabs", "cbrt", "erf", "gamma",
        "degrees", "radians", "exp2"):
    f = getattr(math, name)
    row = []
    for x in xs:
        try:
            row.append(f"{f(x):.12g}")
        except ValueError as e:
            row.append(str(e))
        except OverflowError as e:
            row.append(str(e))
    print(name, row)
