# Attributes of instances, classes, modules, with hints, slots, properties, descriptors, __getattr__.
import sys


class A:
    kind = "a"
    count = 0

    def __init__(self, v):
        self.v = v
        self.w = None

    @property
    def prop(self):
        return self.v

    @prop.setter
    def prop(self, value):
        self.v = value

    def method(self):
        return self.v

    def __getattr__(self, name):
        return name


class Slots:
    __slots__ = ("a", "b")


class Descriptor:
    def __get__(self, owner, cls):
        return 5

    def __set__(self, owner, value):
        pass


class B(A):
    d = Descriptor()
    kind = "b"

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value)


class C:
    def __getattribute__(self, name):
        return 7


class D:
    pass


def work(n):
    a, b, c, s, d = A(1), B(2), C(), Slots(), D()
    d.__dict__["x"] = 1
    s.a = 1
    for i in range(n):
        x = a.v
        a.v = i
        x = a.kind
        x = A.kind
        x = A.count
        x = a.prop
        a.prop = i
        x = a.method()
        x = a.missing
        x = b.d
        b.d = 1
        b.v = i
        x = b.kind
        x = c.anything
        x = s.a
        s.b = x
        x = s.b
        x = d.x
        d.x = i
        d.y = i
        f = a.method
        x = f()
        x = sys.maxsize
        x = "abc".upper
        x = [].append
        x = (1).real
        e = D()
        e.a = 1
        e.b = 2
        e.c = e.a
        x = type(e).__name__
        x = A.method
        x = a.__class__
        x = B.__mro__
        del e.a


def changed(n):
    for i in range(n):
        A.count = i
        x = A.count
        x = A(i).kind


def many(objects, n):
    for i in range(n):
        o = objects[i % len(objects)]
        x = o.v
        o.v = i
        x = o.method()
        x = o.kind


class E:
    kind = 1

    def __init__(self):
        self.q = 1
        self.v = 2

    def method(self):
        return 3


for _ in range(3):
    work(12)
    changed(6)
    many([A(1), B(2), E()], 24)
