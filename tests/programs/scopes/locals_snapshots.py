def f(a, b=2):
    c = 3
    first = locals()
    d = 4
    second = locals()
    first["c"] = 99
    return c, sorted(first), sorted(second), first is second
print(f(1))
def g():
    x = 1
    def h():
        return x, sorted(locals())
    return h(), sorted(locals())
print(g())
class C:
    a = 1
    locals()["injected"] = 5
    b = sorted(k for k in locals() if not k.startswith("_"))
print(C.b, C.injected)
import sys
def frame_locals():
    v = 1
    fl = sys._getframe().f_locals
    fl["v"] = 10
    fl["extra"] = 5
    return v, sorted(fl), locals()["v"]
print(frame_locals())
def comp(): return [sorted(locals()) for i in range(1)]
print(comp())
def deleted():
    q = 1
    del q
    return locals()
print(deleted(), dir.__name__, [n for n in vars(C) if n in ("a", "b")])
exec("loc = 5; print(sorted(k for k in locals() if k[0] != '_'))", {}, {})
