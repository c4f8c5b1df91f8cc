def run(exc):
    log = []
    try:
        try:
            raise exc
        except* ValueError as e:
            log.append(("V", [repr(x) for x in e.exceptions], type(e).__name__))
        except* (KeyError, IndexError) as e:
            log.append(("K", [repr(x) for x in e.exceptions]))
        else:
            log.append("else")
        finally:
            log.append("finally")
    except BaseException as rest:
        log.append(("rest", repr(rest)))
    print(log)
run(ExceptionGroup("g", [ValueError(1), KeyError(2), ValueError(3)]))
run(ExceptionGroup("g", [ValueError(1), TypeError("t")]))
run(ValueError("naked"))
run(OSError("naked other"))
run(ExceptionGroup("g", [ExceptionGroup("h", [IndexError("i"), TypeError("t")]), ValueError(1)]))
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError:
        raise RuntimeError("new")
except ExceptionGroup as e:
    print(repr(e), [type(x.__context__).__name__ for x in e.exceptions])
try:
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError as e:
        raise
except ExceptionGroup as e:
    print(repr(e))
try:
    try:
        pass
    except* ValueError:
        print("no")
    else:
        print("nothing raised")
except BaseException:
    pass
for code in ("try:\n  raise ValueError\nexcept* ExceptionGroup:\n  pass",
        "try:\n  raise ValueError\nexcept* 5:\n  pass",
        "try: pass\nexcept* ValueError: pass\nexcept KeyError: pass",
        "for i in [1]:\n  try: pass\n  except* ValueError: break", "try: pass\nexcept*: pass"):
    try:
        exec(code)
    except (TypeError, SyntaxError) as e:
        print(type(e).__name__, getattr(e, "msg", e))
