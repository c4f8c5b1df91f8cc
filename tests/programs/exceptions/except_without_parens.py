# PEP 758: several types without parentheses.
def f(e):
    try:
        raise e
    except ValueError, KeyError:
        return "one of two"
    except OSError, TypeError, ZeroDivisionError:
        return "one of three"
print(f(ValueError()), f(KeyError()), f(TypeError()), f(ZeroDivisionError()))
try:
    f(AttributeError("x"))
except AttributeError as e:
    print(repr(e))
try:
    raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
except* ValueError, KeyError:
    print("group")
try:
    exec("try: pass\nexcept ValueError, KeyError as e: pass")
except SyntaxError as e:
    print(e.msg)
