def inner():
    try:
        x = yield "i1"
        print("inner got", x)
        y = yield "i2"
    except ValueError as e:
        print("inner caught", e)
        yield "recovered"
    return "inner result"
def outer():
    r = yield from inner()
    print("outer got", r)
    yield from [1, 2]
    z = yield from (i for i in "ab")
    yield z
o = outer()
print(next(o), o.send("hello"), list(o))
o = outer()
next(o)
print(o.throw(ValueError("v")), list(o))
class It:
    def __iter__(self): return self
    def __init__(self): self.n = 0
    def __next__(self):
        self.n += 1
        if self.n > 2: raise StopIteration("it value")
        return self.n
    def throw(self, *a): print("it.throw", type(a[0]).__name__); return "thrown"
    def close(self): print("it.close")
def use():
    r = yield from It()
    yield r
print(list(use()))
u = use()
print(next(u), u.throw(KeyError()), next(u))
u.close()
def tree(t):
    if t:
        yield from tree(t[0])
        yield t[1]
        yield from tree(t[2])
print(list(tree(((None, 1, None), 2, (None, 3, (None, 4, None))))))
def bad(): yield from 5
try:
    list(bad())
except TypeError as e:
    print(e)
u = use()
next(u)
try:
    u.send(5)
except AttributeError as e:
    print(e)
def deep(n):
    if n: yield from deep(n - 1)
    else: yield "bottom"
print(list(deep(200)))
