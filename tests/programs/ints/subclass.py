class Meters(int):
    def __new__(cls, value, unit="m"):
        self = super().__new__(cls, value)
        self.unit = unit
        return self
    def __add__(self, other):
        return Meters(int(self) + int(other), self.unit)
    def __repr__(self):
        return f"{int(self)}{self.unit}"
m = Meters(5, "km")
print(m, m + 3, 3 + m, m * 2, type(m * 2), -m, type(-m), m == 5, hash(m) == hash(5))
print({5: "five"}[m], [10, 20, 30, 40, 50, 60][m], "ab" * m, isinstance(m, int), m.unit)
print(sum([m, m]), max(m, 3), f"{m:03d}", int(m), type(int(m)), bool(Meters(0)))
