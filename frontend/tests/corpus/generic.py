def f[T](x: T) -> T: return x
def g[T: int, *Ts, **P](*args: *Ts, **kw: P.kwargs): pass
class C[T = int, *Ts = *tuple[int], **P = [int]]: pass
type Alias = int | str
type Generic[T: (int, str)] = list[T]
