eg = ExceptionGroup("top", [ValueError(1), TypeError("t"), ExceptionGroup("sub", [ValueError(2),
    KeyError("k")])])
print(repr(eg), str(eg), eg.message, len(eg.exceptions), eg.args == ("top", list(eg.exceptions)))
print(repr(eg.subgroup(ValueError)), repr(eg.subgroup(lambda e: isinstance(e, KeyError))),
    eg.subgroup(OSError), repr(eg.subgroup((TypeError, KeyError))))
m, r = eg.split(ValueError)
print(repr(m), repr(r), eg.split(OSError)[0], repr(eg.derive([KeyError()])))
print(type(BaseExceptionGroup("b", [ValueError()])).__name__,
    type(BaseExceptionGroup("b", [KeyboardInterrupt()])).__name__, isinstance(eg, Exception),
    ExceptionGroup.__mro__[1].__name__)
for f in (lambda: ExceptionGroup("x", []), lambda: ExceptionGroup("x", [5]),
        lambda: ExceptionGroup("x", [KeyboardInterrupt()]), lambda: ExceptionGroup("x"),
        lambda: ExceptionGroup(5, [ValueError()]), lambda: ExceptionGroup("x", 5),
        lambda: ExceptionGroup("x", [ValueError])):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
class MyGroup(ExceptionGroup):
    def derive(self, excs): return MyGroup(self.message + "'", excs)
print(repr(MyGroup("m", [ValueError(1), KeyError(2)]).split(KeyError)))
