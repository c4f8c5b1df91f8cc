import sys
def f():
    x = 1
    g()
def g():
    raise ValueError("v")
try:
    f()
except ValueError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno,
            sorted(k for k in tb.tb_frame.f_locals if len(k) == 1 and k != "e"))
        last = tb
        tb = tb.tb_next
    print(sys.exc_info()[0].__name__, sys.exc_info()[1] is e, sys.exception() is e,
        last.tb_frame.f_back.f_code.co_name)
print(sys.exc_info(), sys.exception())
def nested():
    try:
        1 / 0
    except ZeroDivisionError:
        try:
            {}["k"]
        except KeyError:
            a = type(sys.exception()).__name__
        return a, type(sys.exception()).__name__
print(nested())
def g2():
    try:
        raise KeyError
    except KeyError:
        yield type(sys.exception()).__name__
        yield sys.exception() is None
try:
    raise ValueError
except ValueError:
    it = g2()
    print(next(it), type(sys.exception()).__name__, next(it))
print(sys._getframe().f_code.co_name, sys._getframe().f_lineno)
def caller(): return sys._getframe(1).f_code.co_name, sys._getframe().f_code.co_qualname
print(caller())
