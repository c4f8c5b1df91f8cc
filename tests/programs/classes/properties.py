class Temp:
    def __init__(self): self._c = 0
    @property
    def c(self):
        "degrees"
        return self._c
    @c.setter
    def c(self, v):
        if v < -273: raise ValueError("too cold")
        self._c = v
    @c.deleter
    def c(self): self._c = None
    @property
    def f(self): return self._c * 9 / 5 + 32
    w = property(None, lambda self, v: print("write", v))
t = Temp()
t.c = 100
t.c += 1
print(t.c, t.f, Temp.c.__doc__, type(Temp.c), Temp.c.fget(t), Temp.c.__name__)
t.w = 1
del t.c
print(t.c)
for f in (lambda: setattr(t, "c", -300), lambda: setattr(t, "f", 1), lambda: delattr(t, "f"),
        lambda: t.w, lambda: Temp.c.fget(), lambda: property().__get__(1), lambda: delattr(t, "w")):
    try:
        print(f())
    except (ValueError, AttributeError, TypeError) as e:
        print(type(e).__name__, e)
class Sub(Temp):
    @Temp.c.getter
    def c(self): return "sub"
s = Sub(); s.c = 5
print(s.c, s._c, Temp.c.getter(lambda self: 1).__get__(t))
class Err:
    @property
    def x(self): raise AttributeError("inside")
    def __getattr__(self, n): return "fallback " + n
print(Err().x)
