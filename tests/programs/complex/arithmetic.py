# complex arithmetic: mixed operands stay real, infinities are recovered as C's Annex G asks.
inf, nan = float("inf"), float("nan")
print(1j + 1, 1 + 1j, 1 - 0j, 1.0 - 0j, 0.0 - 0j, -(1.0 - 0j), +1j, -0j)
print(1j * 2, 2 / 1j, (1 + 1j) / (3 - 4j), (1 + 2j) / 2, (1 + 2j) * 2, 1j - 1, 1 - 1j)
print((1 + 2j) ** 2, (1 + 2j) ** 0, (1 + 2j) ** 3, 0j ** 0, 1j ** -1, (2 + 0j) ** -2)
print(complex(inf, 1) * complex(1, 1), complex(inf, 1) * 2, (1 + 1j) / complex(inf, 0))
print(complex(inf, nan) * complex(1, 1), complex(1, 1) / complex(inf, inf), 1j / 1e-320)
print(1e300j * 1e300j, (1e308 + 1e308j) * 1e10, abs(3 + 4j), abs(complex(inf, nan)))
print(1j == 1, (1 + 0j) == 1, 1 == (1 + 0j), (1 + 0j) == 10**400, 1j != 1j, complex(nan, 0) == 1)
print(hash(1 + 2j), hash(1 + 0j) == hash(1), hash(0j), hash(complex(0.5, 0)) == hash(0.5))
print(bool(0j), bool(-0j), bool(1e-300j), (1 + 2j).conjugate(), (1 + 2j).real, (1 + 2j).imag)

for operation in (
    lambda: 1j / 0,
    lambda: 1j / 0j,
    lambda: 1 / 0j,
    lambda: 0j ** -1,
    lambda: 0j ** 1j,
    lambda: 1e200j ** 2,
    lambda: pow(1j, 2, 3),
    lambda: 1j // 1,
    lambda: 1j % 1,
    lambda: divmod(1j, 1),
    lambda: 1j < 2j,
    lambda: abs(1e308 + 1.5e308j),
    lambda: 1j + "a",
    lambda: int(1j),
    lambda: float(1j),
    lambda: round(1j),
    lambda: 1j + 10**400,
):
    try:
        print(operation())
    except Exception as error:
        print(type(error).__name__, error)


class Sub(complex):
    pass


print(Sub(1, 2), type(Sub(1) + 1), type(+Sub(1)), Sub(1j) == 1j, Sub.from_number(2))
print((-8) ** 0.5 == (-8 + 0j) ** 0.5, type((-8) ** 0.5), type((-8.0) ** (1 / 3)))
