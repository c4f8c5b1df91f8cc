# Hashes of numbers are defined; those of strings are random but consistent.
print([hash(n) for n in (0, 1, -1, -2, 2**31, 2**49, 2**61 - 2, 2**61 - 1, 2**61, 2**64, 10**30,
    -10**30)])
print([hash(x) for x in (0.0, -0.0, 1.0, 0.5, 1.5, -1.5, 1e20, 1e300, 5e-324, float("inf"),
    float("-inf"))])
print(hash(True), hash(None) == hash(None), hash(1 + 0j), hash(1j), hash(2 + 3j), hash((1, 2, 3)),
    hash(()), hash((1, (2, 3))), hash(frozenset()), hash(frozenset([1, 2, 3])),
    hash(range(0)) == hash(range(5, 5)), hash(slice(1, 2, 3)))
class H:
    def __init__(self, h): self.h = h
    def __hash__(self): return self.h
print([hash(H(h)) for h in (5, -1, 2**61 - 1, 2**63, -2**64, 10**50, True)])
print(hash("abc") == hash("".join(["a", "bc"])), hash(b"abc") == hash(bytes(bytearray(b"abc"))),
    hash(object) == hash(object), hash("a") != hash("b"))
from fractions import Fraction
from decimal import Decimal
print(hash(Fraction(1, 2)) == hash(0.5), hash(Decimal("1.5")) == hash(1.5))
for bad in ([], {}, set(), bytearray(), (1, []), slice([], 1), H("x"), H(1.5)):
    try:
        print(hash(bad))
    except TypeError as e:
        print(e)
