print(True + True, True * 3, -True, ~5, True / 2, True << 3, True == 1, True is (1 == 1),
    hash(True), {True: "a"}[1])
print(True and 0, False or "x", not 0, not "", bool([]), bool([0]), bool(0.0), bool("0"),
    bool(None), bool(range(0)))
print(isinstance(True, int), issubclass(bool, int), bool.__mro__, type(True), repr(True),
    str(False), int(True), float(True))
print(True & False, True | False, True ^ True, type(True & 1), True < 2,
    sorted([True, False, True]), sum([True, True, False]))
print(f"{True} {True:d} {True!r} {True:>6} {False:5}|", "%s %d" % (True, True), [1, 2][True],
    "ab"[False])
try:
    class B(bool): pass
except TypeError as e:
    print(e)
