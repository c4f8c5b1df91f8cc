import sys, types
main = sys.modules["__main__"]
x = 5
print(main.x, __name__, __file__.endswith("main_module.py"), __doc__, __package__, __spec__,
    main.__dict__ is globals(), type(main), repr(types.ModuleType("m", "doc")),
    types.ModuleType("m", "doc").__doc__)
m = types.ModuleType("dyn")
exec("a = 1\ndef f(): return a", m.__dict__)
m.a = 7
print(m.f(), sorted(k for k in vars(m) if k[0] != "_"))
sys.modules["dyn"] = m
import dyn
from dyn import a
print(dyn is m, a)
sys.modules["blocked"] = None
try:
    import blocked
except ImportError as e:
    print(type(e).__name__, e)
del m.a
for f in (lambda: m.a, lambda: m.nope, lambda: sys.nope, lambda: types.ModuleType()):
    try:
        f()
    except (AttributeError, TypeError) as e:
        print(e)
class Mod(types.ModuleType):
    @property
    def prop(self): return "computed"
m.__class__ = Mod
print(dyn.prop, __builtins__.len([1, 2]))
