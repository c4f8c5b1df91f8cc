log = []
class CM:
    def __init__(self, name, swallow=False,
        fail=None): self.name, self.swallow, self.fail = name, swallow, fail
    def __enter__(self):
        log.append("enter " + self.name)
        if self.fail == "enter": raise RuntimeError("enter " + self.name)
        return self.name
    def __exit__(self, t, v, tb):
        log.append(f"exit {self.name} {t.__name__ if t else None} {v} {tb is not None}")
        if self.fail == "exit": raise RuntimeError("exit " + self.name)
        return self.swallow
def run(f):
    try:
        r = f()
    except Exception as e:
        r = repr(e), repr(e.__context__)
    print(r, log)
    log.clear()
def a():
    with CM("a") as x, CM("b") as y: return x + y
def b():
    with CM("a", True): 1 / 0
    return "after"
def c():
    with CM("a"), CM("b", True), CM("c"): raise KeyError("k")
    return "after"
def d():
    with CM("a"), CM("b", fail="enter"): pass
def e():
    with CM("a", fail="exit"): raise ValueError("v")
def f():
    for i in range(3):
        with CM(str(i)):
            if i == 0: continue
            if i == 1: break
def g():
    with (CM("p") as x, CM("q") as (y),): return x, y
def h():
    with CM("tu") as (p, q): return p, q
for fn in (a, b, c, d, e, f, g, h): run(fn)
class NoExit:
    def __enter__(self): pass
class NoEnter:
    def __exit__(self, *a): pass
for bad in (NoExit(), NoEnter(), 5):
    try:
        with bad: pass
    except TypeError as err:
        print(err)
