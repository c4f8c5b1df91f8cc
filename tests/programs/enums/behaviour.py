from enum import Enum, nonmember, member, auto, EnumMeta
class Op(Enum):
    ADD = member(lambda a, b: a + b)
    helper = nonmember(5)
    def __call__(self, a, b): return self.value(a, b)
print(Op.ADD(1, 2), Op.helper, list(Op)[0].name)
class Auto(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last): return name.lower() + str(count)
    FIRST = auto()
    SECOND = auto()
print([a.value for a in Auto])
class Missing(Enum):
    A = "a"
    @classmethod
    def _missing_(cls, value):
        return cls.A if str(value).lower() == "a" else None
print(Missing("A"), type(Missing).__name__)
try:
    Missing("z")
except ValueError as e:
    print(e)
class Ordered(Enum):
    LOW = 1
    HIGH = 2
    def __lt__(self, o): return self.value < o.value
    def __str__(self): return self.name.title()
print(sorted([Ordered.HIGH, Ordered.LOW]), str(Ordered.LOW), max(Ordered), f"{Ordered.HIGH}")
match Ordered.LOW:
    case Ordered.HIGH: print("high")
    case Ordered.LOW: print("low")
import pickle, copy
print(copy.copy(Ordered.LOW) is Ordered.LOW, copy.deepcopy([Ordered.LOW])[0] is Ordered.LOW,
    hash(Ordered.LOW) == hash(Ordered.LOW))
