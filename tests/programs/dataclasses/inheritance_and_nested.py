from dataclasses import dataclass, field, asdict
@dataclass
class A:
    x: int = 1
    y: int = 2
@dataclass
class B(A):
    z: int = 3
    x: int = 10
@dataclass
class Node:
    value: int
    left: "Node | None" = None
    right: "Node | None" = None
    def total(self): return self.value + sum(n.total() for n in (self.left, self.right) if n)
print(B(), B(1, 2, 3), A() == B(), B() == B())
t = Node(1, Node(2, Node(3)), Node(4))
print(t, t.total(), asdict(t))
@dataclass(eq=False)
class NoEq: x: int = 0
@dataclass(repr=False, init=False)
class Bare: x: int = 5
@dataclass(unsafe_hash=True, kw_only=True)
class K:
    a: int
    b: list = field(default_factory=list, hash=False)
print(NoEq() == NoEq(), repr(Bare()).split(" ")[0], Bare().x, hash(K(a=1)) == hash(K(a=1, b=[2])),
    K(a=1))
@dataclass
class Rec:
    children: list = field(default_factory=list)
r = Rec()
r.children.append(r)
print(r)
@dataclass
class Custom:
    x: int
    def __repr__(self): return "custom"
    def __eq__(self, o): return True
print(Custom(1), Custom(1) == Custom(2))
