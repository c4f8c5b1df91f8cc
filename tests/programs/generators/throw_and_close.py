def g():
    while True:
        try:
            x = yield "ready"
            print("got", x)
        except ValueError as e:
            print("caught", e)
            yield "handled"
        finally:
            print("finally")
c = g()
print(next(c), c.throw(ValueError("bad")), next(c))
try:
    c.throw(KeyError("k"))
except KeyError as e:
    print("escaped", e)
print(list(c))
d = g()
next(d)
d.close()
d.close()
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)
def returns():
    try:
        yield 1
    except GeneratorExit:
        return "closing value"
r = returns()
next(r)
print(r.close(), r.close())
new = returns()
try:
    new.throw(ValueError("before start"))
except ValueError as e:
    print(e, list(new))
for bad in (lambda: g().throw(5), lambda: g().throw("s")):
    try:
        bad()
    except TypeError as e:
        print(e)
def stop():
    yield 1
    raise StopIteration("inner")
try:
    list(stop())
except RuntimeError as e:
    print(e, repr(e.__cause__))
unstarted = g()
unstarted.close()
print(list(unstarted))
