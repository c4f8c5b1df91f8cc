a, b = 3 + 4j, 1 - 2j
print(a, b, a + b, a - b, a * b, a / b, -a, +a, abs(a), a ** 2, a ** b, a == 3 + 4j, a != b,
    a.real, a.imag, a.conjugate(), bool(0j), hash(3 + 0j) == hash(3), a + 1, 1.5 * a, 2 - a, 1 / a)
print(complex(), complex(1), complex(1, 2), complex("1+2j"), complex("-j"), complex(" 3.5 "),
    complex("(1+2j)"), 1j, -1j, 0j, -0j, complex(-0.0, 0), 1e300j, complex("nan"),
    complex("inf+infj"), [1j], f"{a} {a:.2f} {a!r}", "%s" % a, str(1j * 1j), (2 + 0j) ** 3, 1j ** 2)
for f in (lambda: a < b, lambda: a // b, lambda: a % b, lambda: int(a), lambda: float(a),
        lambda: a / 0, lambda: 0j ** -1, lambda: complex("x"), lambda: complex("1", 2),
        lambda: complex(1, "2"), lambda: divmod(a, b), lambda: complex([]), lambda: round(a)):
    try:
        print(f())
    except (TypeError, ValueError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
