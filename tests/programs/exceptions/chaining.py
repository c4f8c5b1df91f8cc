def show(e):
    while e:
        print(type(e).__name__, e.args, "cause", repr(e.__cause__), "context", repr(e.__context__),
            e.__suppress_context__)
        e = e.__cause__ or e.__context__
try:
    try:
        1 / 0
    except ZeroDivisionError as z:
        raise ValueError("v") from z
except ValueError as e:
    show(e)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("v")
except ValueError as e:
    show(e)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("v") from None
except ValueError as e:
    show(e)
try:
    raise KeyError from ValueError
except KeyError as e:
    show(e)
for bad in ("raise ValueError from 5", "raise 5", "raise int", "raise",
        "raise ValueError('a') from 'b'", "raise None"):
    try:
        exec(bad)
    except (TypeError, RuntimeError) as e:
        print(bad, "->", type(e).__name__, e)
try:
    try:
        raise ValueError(1)
    except ValueError as e:
        first = e
        try:
            raise KeyError(2)
        except KeyError:
            raise first
except ValueError as e:
    print(e is first, repr(e.__context__), repr(e.__context__.__context__))
def reraise():
    try:
        raise OSError(2, "msg")
    except OSError:
        try:
            raise
        except OSError as inner:
            return inner.__context__, inner.errno
print(reraise())
e = ValueError()
for attr, v in (("__cause__", 5), ("__context__", 5), ("__traceback__", 5), ("args", 5)):
    try:
        setattr(e, attr, v)
        print("ok")
    except TypeError as t:
        print(t)
e.__cause__ = KeyError("c")
print(e.__suppress_context__)
