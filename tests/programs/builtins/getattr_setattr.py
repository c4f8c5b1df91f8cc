class A:
    cls = 1
    def __init__(self): self.x = 2
a = A()
print(getattr(a, "x"), getattr(a, "cls"), getattr(a, "nope", 5), hasattr(a, "x"), hasattr(a, "y"),
    setattr(a, "weird name", 9), getattr(a, "weird name"), vars(a), delattr(a, "x"), a.__dict__)
for f in (lambda: getattr(a, "nope"), lambda: delattr(a, "nope"), lambda: a.nope,
        lambda: getattr(A, "nope"), lambda: (5).nope, lambda: "s".nope, lambda: [].nope,
        lambda: None.nope, lambda: len.nope, lambda: setattr(5, "x", 1),
        lambda: setattr([], "x", 1), lambda: setattr(object(), "x", 1),
        lambda: setattr(len, "x", 1), lambda: delattr(5, "x"), lambda: setattr(A, 5, 1),
        lambda: getattr(a, None), lambda: setattr(int, "y", 1), lambda: A.cls.nope,
        lambda: __import__("sys").nope, lambda: a.append, lambda: (lambda: 0).nope,
        lambda: type(a).mro.nope, lambda: (1).real.__set__, lambda: setattr((1), "real", 2),
        lambda: setattr("s", "upper", 1)):
    try:
        print(f())
    except (AttributeError, TypeError) as e:
        print(type(e).__name__, e)
e = None
try:
    a.missing
except AttributeError as err:
    print(err.name, err.obj is a)
