class Plugin:
    registry = {}
    def __init_subclass__(cls, /, key=None, **kw):
        super().__init_subclass__(**kw)
        Plugin.registry[key or cls.__name__] = cls
class A(Plugin): pass
class B(Plugin, key="bee"): pass
class C(B, key="sea"): pass
print({k: v.__name__ for k, v in Plugin.registry.items()})
for code in ("class D(Plugin, other=1): pass", "class E(x=1): pass",
        "class F(object, metaclass=type, y=2): pass"):
    try:
        exec(code)
    except TypeError as e:
        print(e)
class Named:
    def __set_name__(self, owner, name): print("named", owner.__name__, name,
        name in owner.__dict__)
class Holder:
    a = Named()
    b = c = Named()
Holder.d = Named()
class Bad:
    def __set_name__(self, owner, name): raise ValueError("bad name")
try:
    class H2: x = Bad()
except ValueError as e:
    print(e, e.__notes__)
