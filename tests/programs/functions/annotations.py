def f(a: int, b: undefined_thing = 1) -> "later": pass
try:
    f.__annotations__
except NameError as e:
    print(e)
undefined_thing = str
print(f.__annotations__)
class C:
    x: int
    y: "str" = 5
    z: list[int] = None
    self_ref: C
print({k: getattr(v, "__name__", v) for k, v in C.__annotations__.items()}, C.y, hasattr(C, "x"))
a: int = 5
b: str
print(__annotations__ if "__annotations__" in globals() else "lazy", a)
import annotationlib
def g(p: nope, q: int): pass
print(annotationlib.get_annotations(g, format=annotationlib.Format.STRING))
print(annotationlib.get_annotations(g, format=annotationlib.Format.FORWARDREF)["q"])
def local():
    v: int = 3
    w: nonexistent
    return v
print(local())
