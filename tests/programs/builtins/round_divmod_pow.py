print([round(x) for x in (0.5, 1.5, 2.5, -0.5, 2.4999, -1.6, 1e20)], round(2.567, 2),
    round(1234, -2), round(True), round(5, 1), round(-5.5), round(0.1 + 0.2, 10), type(round(1.0)),
    type(round(1.0, 0)), divmod(7, 2), divmod(-7, 2), divmod(7.5, 2), divmod(7, -2.5),
    divmod(True, 1), abs(-5), abs(-2.5), abs(True), abs(-2**70), pow(2, 3), pow(2, 3, 5),
    pow(2.0, 3), pow(-1, 0.5), pow(2, -1), pow(5, 2, -3), pow(0, 0, 7), pow(7, 10**18, 13))
class N:
    def __round__(self, *a): return "round", a
    def __divmod__(self, o): return "divmod", o
    def __rdivmod__(self, o): return "rdivmod", o
    def __pow__(self, *a): return "pow", a
    def __rpow__(self, *a): return "rpow", a
    def __abs__(self): return "abs"
    def __floor__(self): return "floor"
    def __trunc__(self): return "trunc"
    def __ceil__(self): return "ceil"
import math
n = N()
print(round(n), round(n, 2), divmod(n, 1), divmod(1, n), pow(n, 2), pow(n, 2, 3), pow(2, n),
    n ** 5, 2 ** n, abs(n), math.floor(n), math.trunc(n), math.ceil(n))
for f in (lambda: round("a"), lambda: round(1.5, "a"), lambda: round(1, 2, 3),
        lambda: divmod("a", 1), lambda: pow(1, "a"), lambda: pow(1, 2, "a"), lambda: abs("a"),
        lambda: round(), lambda: pow(1, 2, 3, 4), lambda: divmod(1, 0), lambda: pow(1.5, 2, 3),
        lambda: abs()):
    try:
        print(f())
    except (TypeError, ZeroDivisionError, ValueError) as e:
        print(type(e).__name__, e)
