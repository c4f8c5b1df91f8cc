class Celsius(float):
    def __repr__(self): return f"Celsius({float(self)!r})"
    def __mul__(self, other): return Celsius(float(self) * other)
    __rmul__ = __mul__
c = Celsius(21.5)
print(c, str(c), c + 1, type(c + 1), c * 2, 2 * c, c == 21.5, hash(c) == hash(21.5), float(c),
    type(float(c)), c.is_integer())
print({21.5: "x"}[c], [c], f"{c:.2f}", "%.1f" % c, "%s" % c, round(c), round(c, 1), -c,
    abs(Celsius(-1)))
