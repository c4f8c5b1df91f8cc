x = "global"
class A:
    y = x
    x = "class"
    z = x
    def f(self): return x
    lst = [x for _ in range(1)]
    gen = list(x for _ in range(1))
    w = [n for n in [y, z]]
    if True: cond = 1
    for loop in range(3): pass
    del y
print(A.z, A().f(), A.lst, A.gen, A.w, A.cond, A.loop, hasattr(A, "y"))
def outer():
    v = "outer"
    class Inner:
        a = v
        v = "inner"
        def g(self): return v
    class Uses:
        nonlocal v
        v = "changed"
    return Inner.a if hasattr(Inner, "a") else None, Inner.v, Inner().g(), v
try:
    print(outer())
except NameError as e:
    print(e)
class Nest:
    class In:
        q = 1
    r = In.q + 1
    print("in body", __qualname__, __module__, r, sorted(k for k in locals() if k[0] != "_"))
print(Nest.In.__qualname__, Nest.r, Nest.__firstlineno__, Nest.__static_attributes__)
class Empty: ...
print(sorted(Empty.__dict__))
