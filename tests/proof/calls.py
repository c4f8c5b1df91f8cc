# Calls of all kinds, and what functions are made of.
import math


def plain(a):
    return a


def two(a, b):
    return a + b


def default(a, b=2, *, c=3):
    return a + b + c


def optional(a, b=2):
    return a + b


def star(*args, **kwargs):
    return len(args) + len(kwargs)


def nothing():
    pass


def recursive(n):
    if n < 1:
        return 0
    return n + recursive(n - 1)


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Point(self.x + other.x, self.y)

    def get(self):
        return self.x

    def given(self, v):
        return v

    @property
    def half(self):
        return self.y

    @classmethod
    def make(cls, x):
        return cls(x, x)

    @staticmethod
    def add(a, b):
        return a + b

    def __getitem__(self, i):
        return self.x + i

    def __setitem__(self, i, v):
        self.y = v

    def __len__(self):
        return 2

    def __bool__(self):
        return True

    def __call__(self, v):
        return v

    def __enter__(self):
        return self

    def __exit__(self, *rest):
        return False

    def __eq__(self, other):
        return self is other

    def __lt__(self, other):
        return True

    def __add__(self, other):
        return self


class Empty:
    pass


class Slots:
    __slots__ = ("a", "b")

    def __init__(self, a):
        self.a = a


class Child(Point):
    def __init__(self, x):
        super().__init__(x, 1)

    def get(self):
        return super().get()


def calls(n):
    p = Point(1, 2)
    c = Child(3)
    bound = p.get
    given = p.given
    partial = lambda v: v + 1
    for i in range(n):
        x = plain(i)
        x = two(i, x)
        x = default(i)
        x = optional(i)
        x = p.given(v=i)
        x = given(v=i)
        x = p.half
        x = default(i, 1)
        x = default(i, b=5)
        x = default(i, c=7)
        x = star(1, 2, k=3)
        x = star(*(1, 2), **{"a": 1})
        x = two(*(1, 2))
        nothing()
        x = p.get()
        x = bound()
        x = partial(i)
        q = p.plus(p)
        q = Point.make(i)
        x = Point.add(i, 1)
        x = p[i]
        p[i] = x
        x = len(p)
        x = p(i)
        x = c.get()
        q = Child(i)
        e = Empty()
        s = Slots(i)
        s.b = s.a
        x = s.b
        x = p == q
        x = p < q
        q = p + q
        q = p + p
        q += i
        if p:
            x = 1
        if e:
            x = 2
        with p as w:
            x = w.x
        x = abs(-i)
        x = len([1])
        x = max(i, 3)
        x = min(1, 2, 3)
        x = int("5")
        x = str(i)
        x = type(i)
        x = tuple([1])
        x = list((1,))
        x = isinstance(p, Point)
        x = isinstance(i, (str, int))
        x = math.sqrt(4.0)
        x = math.floor(2.5)
        x = [3, 1].sort()
        x = "a-b".split("-")
        x = "abc".replace("a", "b")
        x = [1].index(1)
        x = {}.get(1, 2)
        x = print
        x = sorted([2, 1], key=abs)
        x = "{} {k}".format(1, k=2)
        x = dict(a=1)
        x = getattr(p, "x")
        x = callable(p)
        x = recursive(3)
        x = max([1, 2], key=lambda v: -v)
        x = range(i)


def closures(n):
    count = 0

    def inner(a):
        nonlocal count
        count += a
        return lambda: count + a

    for i in range(n):
        f = inner(i)
        x = f()

        def local(b, c=i):
            return b + c + count

        x = local(1)
        x = [count for _ in range(2)]
    return count


def annotated(a: int, *, b: str = "x") -> int:
    return a


def globals_(n):
    global counter
    for i in range(n):
        counter = i
        x = counter
        x = math.pi
        x = len
        x = __name__


counter = 0


def errors(n):
    for i in range(n):
        try:
            x = 1 // (i % 2)
        except ZeroDivisionError as e:
            x = e
        finally:
            x = 2
        try:
            [][i]
        except IndexError:
            pass
        try:
            raise ValueError(i)
        except (TypeError, ValueError):
            pass
        try:
            {}["q"]
        except KeyError:
            pass
        assert i >= 0
        assert i >= 0, "message"


def deleted(n):
    for i in range(n):
        a = i
        del a
        o = Empty()
        o.x = 1
        del o.x
        if i > 100:
            b = 1
        try:
            b
        except UnboundLocalError:
            pass
        import math as m
        from math import pi


def generators(n):
    def numbers(k):
        for j in range(k):
            got = yield j

    def outer(k):
        yield from numbers(k)

    for i in range(n):
        for x in numbers(3):
            pass
        for x in outer(3):
            pass
        x = sum(j for j in range(3))
        g = numbers(2)
        x = next(g)
        g.send(None)
        x = list(outer(2))
        x = any(j > 1 for j in range(3))


class Meta(type):
    pass


def classes(n):
    for i in range(n):
        class Local(Empty, metaclass=Meta):
            a = i
            b: int = 1

            def m(self):
                return __class__

        x = Local().m()
        x = Local.a


for _ in range(3):
    calls(10)
    closures(8)
    globals_(8)
    errors(8)
    deleted(8)
    generators(5)
    classes(4)
