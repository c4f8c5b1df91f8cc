def first[T](items: list[T]) -> T: return items[0]
class Box[T]:
    def __init__(self, v: T): self.v = v
    def map[U](self, f) -> "Box[U]": return Box(f(self.v))
    def __repr__(self): return f"Box({self.v!r})"
type Pair[A, B = int] = tuple[A, B]
type Alias = list[Alias] | int
print(first([1, 2]), first.__type_params__, Box(1).map(str), Box[int](5), Box[int],
    Box.__type_params__, Box.__orig_bases__[0].__name__, Pair, Pair.__type_params__,
    Pair[str, int], Pair.__value__, Alias.__value__)
def bounded[T: (int, str), *Ts, **P](x: T) -> T: return x
print(bounded.__type_params__, bounded.__type_params__[0].__constraints__, bounded(3))
class Sub[K](Box[K]): pass
print(Sub(2), Sub.__mro__[1].__name__, Sub[int].__args__, Sub.__parameters__)
def lim[T: int](x: T = 3): return x
print(lim.__type_params__[0].__bound__, lim(), isinstance(Box(1), Box))
