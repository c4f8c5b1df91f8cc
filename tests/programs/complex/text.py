# complex as text: repr, parsing, format specs.
inf, nan = float("inf"), float("nan")
for z in (0j, -0j, 1j, 1 + 2j, complex(-0.0, -0.0), complex(0.0, -0.0), complex(-0.0, 0), 1e16j,
          1.5j, complex(1e16, 1e-5), complex(nan, nan), complex(-inf, -inf), complex(nan, -inf)):
    print(z, repr(z), str(z) == repr(z))
for text in ("1", " 1 ", "j", "-j", "+J", "1+j", "1-2j", "(1+2j)", " ( 1+2j ) ", "1e5-3e-2j",
             "nan-infj", "1_0+2_0j", "infj", "-nanj", "1+2", "1 + 2j", "", "()", "(1", "1j+1",
             "1__0", "_1", "a", "1e", "+", "1.5.5j", "٣+٤j", "\ud800"):
    try:
        print(ascii(text), complex(text))
    except ValueError as error:
        print(ascii(text), ascii(str(error)))
for spec in ("", ".2f", "g", "e", "n", "+", " .1f", "#", ".3", ">20", "^20.1f", "*<12",
             ",.3f", "_", "z.1f", "E", ".0f", "#.0f", "d", "%", "s", "=20", "020", "0>20",
             ".2147483648f", "x"):
    try:
        print(repr(spec), repr(format(-1234.5 + 0.25j, spec)))
    except ValueError as error:
        print(repr(spec), error)
print(f"{1j:.1f} {2 + 0j:g} {0j} {1j!r:>6}")
