a = b = c = [1, 2, 3]
del a, b[0], c[-1:]
print(c, "a" in globals())
d = {"x": {"y": 1, "z": 2}}
del d["x"]["y"]
print(d)
class C: pass
o = C(); o.p = o.q = 1
del o.p, (o.q)
print(o.__dict__)
x, y = 1, 2
del (x, y)
def f(n):
    del n
    try:
        return n
    except UnboundLocalError as e:
        return str(e)
print(f(1))
def g():
    v = 1
    def h(): return v
    del v
    try:
        h()
    except NameError as e:
        return type(e).__name__, str(e)
print(g())
lst = list(range(10))
del lst[::2], lst[0:2]
print(lst)
for code in ("del nope", "del 5", "del f()", "del (1, x)", "del d['nope']", "del lst[99]",
        "del o.nope", "del x + y", "del *a"):
    try:
        exec(code)
    except (NameError, SyntaxError, KeyError, IndexError, AttributeError) as e:
        print(code, "->", type(e).__name__, e.msg if isinstance(e, SyntaxError) else e)
