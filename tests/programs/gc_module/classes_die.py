# Classes live by their instances and by who refers to them, and die with them. Specialized instructions and traces may keep a
# few that they have been made for, so that most are counted, not each.
import abc
import collections
import dataclasses
import gc
import types
import typing
import weakref


def state(reference):
    gc.collect()
    return "dead" if reference() is None else "lives"


def plain():
    class A:
        x = 1

        def m(self):
            return self.x
    return A


def with_super():
    class A:
        def __init__(self):
            super().__init__()
            self.a = 1

        def m(self):
            return __class__
    assert A().m() is A
    return A


def with_slots():
    class A:
        __slots__ = "a", "b", "__weakref__"
    one = A()
    one.a = one
    return A


def with_metaclass():
    class Meta(type):
        def __call__(cls, *args):
            return super().__call__(*args)

    class A(metaclass=Meta):
        pass
    A()
    return A


def with_abc():
    class Base(abc.ABC):
        @abc.abstractmethod
        def f(self):
            pass

    class A(Base):
        def f(self):
            return 1

    @Base.register
    class Other:
        pass
    assert isinstance(Other(), Base) and isinstance(A(), Base) and not isinstance(3, Base)
    assert isinstance(A(), collections.abc.Hashable) and not isinstance(A(), collections.abc.Iterable)
    return A


def with_cycle():
    class A:
        pass
    A.me = A
    A.instance = A()
    A.instance.other = A
    return A


def with_generic():
    T = typing.TypeVar("T")

    class A(typing.Generic[T]):
        pass
    A[int]()
    typing._cleanups and [cleanup() for cleanup in typing._cleanups]
    return A


def by_type():
    return type("A", (plain(), dict), {"__len__": lambda self: 5})


def own_mro():
    class Meta(type):
        def mro(cls):
            return (cls, Extra, object)

    class Extra:
        y = 2

    class A(metaclass=Meta):
        pass
    assert A.y == 2
    Extra.y = 3
    assert A().y == 3
    return A


def many(make):
    kept = make()
    reference = weakref.ref(kept)
    references = [weakref.ref(make()) for _ in range(150)]
    gc.collect()
    left = sum(reference() is not None for reference in references)
    return reference() is kept, left < 130


for make in (plain, with_super, with_slots, with_metaclass, with_abc, with_cycle, with_generic, by_type, own_mro):
    print(make.__name__, *many(make))

for make in (
    lambda: collections.namedtuple("N", "a b"),
    lambda: dataclasses.make_dataclass("D", ["a", "b"]),
    lambda: types.SimpleNamespace(c=plain()).c,
    lambda: type("X", (Exception,), {}),
):
    print(*many(make))

# An instance keeps its class, whatever else goes.
one = plain()()
one.a = 5
reference = weakref.ref(type(one))
for i in range(3):
    junk = [plain()() for _ in range(200)]
    assert state(reference) == "lives" and one.m() == 1 and one.a == 5
del junk
one.__dict__["b"] = 6
print(state(reference), one.b, type(one).__name__)
# Another class for it: the old one goes, the new one stays.
one.__class__ = other = plain()
second = weakref.ref(other)
del other
print(type(one) is second(), one.m(), one.a, one.b)

# Below others.
class Base:
    z = 1


def subclass(i):
    class Sub(Base):
        number = i
    return Sub


kept = [subclass(i) for i in range(5)]
for i in range(300):
    subclass(i)().z
gc.collect()
numbers = [vars(c)["number"] for c in Base.__subclasses__()]
print(numbers[:5], len(numbers) < 60)
Base.z = 2
print([c().z for c in kept], subclass(9)().z)
Base.__len__ = lambda self: 7
print([len(c()) for c in kept])
kept.reverse()
del kept[1:4]
gc.collect()
numbers = [vars(c)["number"] for c in Base.__subclasses__()]
print(len(kept), numbers.count(0), numbers.count(4), len(numbers) < 60)

# With finalizers and callbacks.
log = []


def finalized():
    class F:
        def __del__(self):
            log.append((type(self).__name__, self.v, self.helper()))

        def helper(self):
            return __class__.__qualname__
    f = F()
    f.v = 3
    weakref.finalize(F, log.append, "F is dead")
    f.me = f


for _ in range(40):
    finalized()
gc.collect()
gc.collect()
print(sorted(map(str, set(log))), log.count("F is dead") > 20, log.count(log[0]) > 20)

# Hot code that sees many classes come and go.
def hot(n):
    total = 0
    for i in range(n):
        class Local:
            k = i

            def __init__(self, v):
                self.v = v

            def get(self):
                return self.v + self.k

            def __add__(self, other):
                return self.v + other.v
        for _ in range(4):
            a = Local(i)
            total += a.get() + (a + a)
    return total


print(hot(600))


def use(objects):
    total = 0
    for o in objects:
        total += o.m() + o.x
    return total


total = 0
for i in range(120):
    c = plain()
    total += use([c() for _ in range(20)])
print(total)
gc.collect()
print(len([c for c in object.__subclasses__() if c.__name__ in ("A", "Local", "F")]) < 300)

# An isinstance check does not keep a class.
def check(i):
    class C:
        if i % 2:
            def __iter__(self):
                return iter(())
    return isinstance(C(), collections.abc.Iterable), weakref.ref(C)


answers = [check(i) for i in range(50)]
gc.collect()
print([a for a, _ in answers[:4]], sum(r() is not None for _, r in answers) < 25)


class Registry(abc.ABC):
    pass


for i in range(20):
    Registry.register(plain())
gc.collect()
print(issubclass(int, Registry), issubclass(Registry.register(plain()), Registry))
try:
    raise type("Gone", (Exception,), {"note": 4})("text")
except Exception as e:
    kept = e
gc.collect()
print(repr(kept), type(kept).note)
