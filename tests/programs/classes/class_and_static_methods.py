class A:
    n = 1
    @classmethod
    def make(cls, *a): return cls.__name__, a
    @staticmethod
    def plain(*a): return a
    @classmethod
    @property
    def odd(cls): return 1
    def inst(self): return "inst"
class B(A):
    n = 2
    @classmethod
    def make(cls, *a): return "B", super().make(*a)
print(A.make(1), A().make(2), B.make(3), B().make(), A.plain(1), A().plain(),
    A.__dict__["make"].__func__.__name__, A.make.__self__, type(A.__dict__["plain"]).__name__,
    A.__dict__["plain"].__wrapped__.__name__)
print(A.make == A.make, A.make.__name__, A.plain.__name__, callable(A.__dict__["plain"]),
    A.__dict__["plain"](5), staticmethod(len)("ab"), classmethod(lambda c: c).__get__(None, int)())
try:
    A.__dict__["make"]()
except TypeError as e:
    print(e)
class Counter:
    total = 0
    @classmethod
    def inc(cls): cls.total += 1; return cls.total
class Sub(Counter): pass
Counter.inc(); Sub.inc(); Sub.inc()
print(Counter.total, Sub.total)
