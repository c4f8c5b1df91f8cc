log = []
class CM:
    def __enter__(self): log.append("enter"); return self
    def __exit__(self, *a): log.append(("exit", a[0].__name__ if a[0] else None))
def g():
    with CM():
        try:
            yield 1
            yield 2
        finally:
            log.append("finally")
print(list(g()), log)
log.clear()
x = g()
next(x)
x.close()
print(log)
log.clear()
x = g()
next(x)
try:
    x.throw(KeyError)
except KeyError:
    pass
print(log)
from contextlib import contextmanager
@contextmanager
def managed(name):
    log.append("in " + name)
    try:
        yield name.upper()
    except ValueError as e:
        log.append(f"suppressed {e}")
    finally:
        log.append("out " + name)
log.clear()
with managed("a") as a, managed("b") as b:
    log.append(a + b)
    raise ValueError("v")
print(log)
try:
    with managed("c"): raise KeyError("k")
except KeyError as e:
    print(repr(e))
@contextmanager
def never():
    return
    yield
try:
    with never(): pass
except RuntimeError as e:
    print(e)
def ret_in_finally():
    try:
        yield 1
    finally:
        log.append("cleanup")
for v in ret_in_finally():
    break
print(v)
