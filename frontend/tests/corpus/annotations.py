x: int
y: list[int] = []
(z): str = ""
a.b: int = 1
a[0]: int
def f(a: int, *b: str, c: "C" = 1, **d: D) -> None:
    local: int = 1
    bare: str
    return local
class C:
    if a:
        x: int
    def m(self: "C") -> C: pass
class D[T]:
    def m[U](self, x: U = lambda y: y) -> (lambda: T): pass
def outer():
    def inner(x: int): pass
    class Local:
        y: int
        def m(self, z: (lambda: 1)): pass
