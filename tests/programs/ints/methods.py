for n in (0, 1, -1, 5, -8, 255, 2**49, -2**63, 10**25):
    print(n.bit_length(), n.bit_count(), n.conjugate(), n.real, n.imag, n.numerator, n.denominator,
        n.as_integer_ratio(), n.is_integer())
print((5).__add__(3), (5).__add__(3.0), (5).__radd__(2), (5).__eq__("a"), int.__lt__(1, 2))
print((1).__index__(), (7).__divmod__(2), (7).__rsub__(10), (3).__bool__(), (0).__bool__())
print((5).__round__(), (1234).__round__(-2), (1250).__round__(-2), (1350).__round__(-2),
    round(-15, -1), round(25, -1))
print(round(123, -10), round(5, 3), round(10**25 + 5, -1))
