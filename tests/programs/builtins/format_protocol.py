class A:
    def __format__(self, spec): return f"A[{spec}]"
class Bad:
    def __format__(self, spec): return 5
class Str(str): pass
print(format(A()), format(A(), "x"), f"{A():>10}", "{:y}".format(A()), format(5),
    format("a", ">3"), format(None), format([1]), format(1.5, "08.2f"), format(True),
    format(True, "d"), format(Str("s"), "^5"))
for f in (lambda: format(Bad()), lambda: format([], "x"), lambda: format(None, "5"),
        lambda: format(object(), "s"), lambda: format(1, "q"), lambda: format(1.5, "d"),
        lambda: format("a", "d"), lambda: format("a", "+"), lambda: format("a", ",") ,
        lambda: format("a", "=5"), lambda: format(1, "s"), lambda: format(1, ".3"),
        lambda: format("a", "05"), lambda: format(1, 5), lambda: format(1j, "05"),
        lambda: format(1.5, "x"), lambda: format({}, "d"), lambda: format(1, "%Y"),
        lambda: format(1, "1.")):
    try:
        print(repr(f()))
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
print(format("abc", ".2"), format("abc", "*<6.2"), format(-5, "=+5"), format(5, "^+7"),
    format(1234.5, ",.1f"), format(0.00001234, ""), format(255, "#06x"), format(3, "05"),
    format(-3, "05"), format(10**15, ","), format(1e15, ","), format(1.0, ".0f"),
    format(1.0, "#.0f"), format(12345.678, "_.2f"), format(65, "c"), format("é", "é>3"))
