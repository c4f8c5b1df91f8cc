class A:
    def __init__(self): self.log = ["A"]
    def m(self, x): return ("A.m", x)
    @classmethod
    def c(cls): return ("A.c", cls.__name__)
    @staticmethod
    def s(): return "A.s"
    @property
    def p(self): return "A.p"
    attr = "A.attr"
class B(A):
    def __init__(self):
        super().__init__()
        self.log.append("B")
    def m(self, x): return super().m(x + 1), super(B, self).m(x + 2)
    @classmethod
    def c(cls): return super().c()
    @staticmethod
    def s(): return super(B, B).s()
    @property
    def p(self): return super().p + "!"
    def misc(self):
        s = super()
        names = s.__thisclass__.__name__, s.__self_class__.__name__
        return s.attr, names, s.__self__ is self, repr(s).split(" object")[0]
    def nested(self):
        return [super(B, self).m(i) for i in range(2)]
    def late(self):
        def inner(): return __class__.__name__
        return inner()
b = B()
print(b.log, b.m(1), B.c(), b.s(), b.p, b.misc(), b.nested(), b.late(), super(B, b).m(9))
def f(): super().x
def g(a): super().x
for t in (f, lambda: g(1), lambda: super(B, 5).x, lambda: super(5, b), lambda: super(B, b).nope,
        lambda: super(B).x):
    try:
        print(t())
    except (RuntimeError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
