from abc import ABC, abstractmethod
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    def describe(self): return f"{self.name} {self.area()}"
class Square(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
    @property
    def name(self): return "square"
class Half(Shape):
    def area(self): return 0
print(Square(3).describe(), sorted(Shape.__abstractmethods__), Half.__abstractmethods__)
for cls in (Shape, Half):
    try:
        cls()
    except TypeError as e:
        print(e)
class Duck(ABC):
    @classmethod
    def __subclasshook__(cls, c): return hasattr(c, "quack") or NotImplemented
class D1:
    def quack(self): pass
@Shape.register
class Virtual: pass
print(issubclass(D1, Duck), isinstance(D1(), Duck), issubclass(int, Duck),
    issubclass(Virtual, Shape), isinstance(Virtual(), Shape), Shape in Virtual.__mro__)
from collections.abc import Iterable, Sized, Mapping, Hashable, Callable, Sequence
print([isinstance([], c) for c in (Iterable, Sized, Mapping, Hashable, Callable, Sequence)],
    isinstance({}, Mapping), isinstance(len, Callable), issubclass(str, Sequence))
class Seq(Sequence):
    def __getitem__(self, i):
        if i < 3: return i * 10
        raise IndexError
    def __len__(self): return 3
s = Seq()
print(list(s), 10 in s, s.index(20), s.count(0), list(reversed(s)))
