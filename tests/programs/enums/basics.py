from enum import Enum, IntEnum, auto, unique, StrEnum
class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = auto()
    ALIAS = 1
    @property
    def hot(self): return self is Color.RED
    @classmethod
    def default(cls): return cls.GREEN
print(Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, Color(2), Color["BLUE"],
    list(Color), len(Color), Color.ALIAS is Color.RED, Color.RED.hot, Color.default(),
    Color.RED == 1, Color.RED in Color, 3 in Color, list(Color.__members__),
    isinstance(Color.RED, Color), {Color.RED: "r"}[Color(1)], f"{Color.RED} {Color.RED!r}",
    Color.BLUE.value)
class N(IntEnum):
    ONE = 1
    TWO = 2
class S(StrEnum):
    A = auto()
    B = "bee"
print(N.ONE + 1, N.TWO == 2, N.ONE < N.TWO, [10, 20, 30][N.ONE], str(N.ONE), repr(N.ONE),
    f"{N.ONE}", S.A, S.B.upper(), S.A == "a", max(N), N(1).__class__, sorted([N.TWO, N.ONE]))
class Planet(Enum):
    EARTH = (5.97e24, 6.37e6)
    MARS = (6.4e23, 3.39e6)
    def __init__(self, mass, radius): self.mass, self.radius = mass, radius
print(Planet.EARTH.mass, Planet.MARS.value, Planet((6.4e23, 3.39e6)))
for f in (lambda: Color(9), lambda: Color["X"], lambda: setattr(Color, "RED", 5),
        lambda: Color.RED < Color.GREEN, lambda: setattr(Color.RED, "value", 2),
        lambda: type("Sub", (Color,), {}), lambda: Color.PURPLE, lambda: delattr(Color, "RED"),
        lambda: exec("@unique\nclass U(Enum):\n A = 1\n B = 1")):
    try:
        f()
    except (ValueError, KeyError, AttributeError, TypeError) as e:
        print(type(e).__name__, e)
Animal = Enum("Animal", "CAT DOG")
print(list(Animal), Animal.CAT.value)
