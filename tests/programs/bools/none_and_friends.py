print(None, repr(None), type(None), bool(None), None is None, None == 0, [None],
    hash(None) == hash(None))
print(..., repr(Ellipsis), type(...), Ellipsis is ..., NotImplemented, type(NotImplemented))
none, dots = None, ...
for f in (lambda: none + 1, lambda: none.x, lambda: none(), lambda: none[0], lambda: len(none),
        lambda: iter(none), lambda: bool(NotImplemented), lambda: none < none,
        lambda: setattr(none, "x", 1), lambda: type(none)(1), lambda: dots()):
    try:
        print(f())
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
print(type(None)() is None, type(...)() is ..., type(NotImplemented)())
