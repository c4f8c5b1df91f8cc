from dataclasses import (
    dataclass, field, fields, asdict, astuple, replace, is_dataclass, FrozenInstanceError,
    KW_ONLY, InitVar, make_dataclass)
from typing import ClassVar
@dataclass
class P:
    x: int
    y: int = 0
    tags: list = field(default_factory=list)
    kind: ClassVar[str] = "point"
p = P(1)
p.tags.append("a")
print(p, P(1) == P(1), P(1) == p, p != P(2), P(1).tags, [f.name for f in fields(P)], asdict(p),
    astuple(p), replace(p, x=9), is_dataclass(P), P.kind, P.__match_args__)
@dataclass(order=True, frozen=True)
class V:
    major: int
    minor: int = field(default=0, compare=True)
    note: str = field(default="", compare=False, repr=False)
print(V(1, 2) < V(1, 3), sorted([V(2), V(1, 5)]), hash(V(1)) == hash(V(1, 0, "n")),
    max(V(1), V(0, 9)), {V(1): "k"}[V(1)])
for f in (lambda: setattr(V(1), "major", 2), lambda: delattr(V(1), "major"), lambda: P(),
        lambda: P(1, 2, 3, 4), lambda: hash(p), lambda: P(1) < P(2), lambda: replace(p, zz=1)):
    try:
        f()
    except (FrozenInstanceError, TypeError) as e:
        print(type(e).__name__, e)
@dataclass
class Base:
    a: int
    _: KW_ONLY
    b: int = 2
    c: InitVar[int] = 3
    d: int = field(init=False)
    def __post_init__(self, c): self.d = self.a + self.b + c
@dataclass(slots=True)
class Sub(Base):
    e: str = "e"
print(Base(1), Base(1, b=5, c=10), Sub(1, "z", b=0), hasattr(Sub(1), "__dict__"))
for body in ("a: int = 1\n b: int", "a: list = []",
        "a: int = field(default=1, default_factory=int)"):
    try:
        exec(f"@dataclass\nclass Bad:\n {body}")
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(make_dataclass("Dyn", [("x", int), "y", ("z", int, 5)])(1, 2))
