from functools import lru_cache, cache, cached_property
calls = []
@lru_cache(maxsize=2)
def sq(x, *, k=0):
    calls.append(x)
    return x * x
print(sq(1), sq(2), sq(1), sq(3), sq(2), calls, sq.cache_info(), sq.cache_parameters(), sq.__name__)
sq.cache_clear()
print(sq.cache_info(), sq(5, k=1), sq(5, k=2), sq.__wrapped__(4))
@cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(100), fib.cache_info())
@lru_cache(maxsize=None, typed=True)
def typed(x): return type(x).__name__
print(typed(1), typed(1.0), typed(True), typed.cache_info().currsize)
@lru_cache
def err(x): raise ValueError(x)
for _ in range(2):
    try:
        err(1)
    except ValueError as e:
        print(e, err.cache_info().misses)
try:
    sq([])
except TypeError as e:
    print(e)
class A:
    n = 0
    @cached_property
    def v(self): A.n += 1; return A.n
a = A()
print(a.v, a.v, a.__dict__, A().v)
del a.v
print(a.v)
class M:
    @lru_cache
    def m(self, x): return x
m = M()
print(m.m(1), m.m(1), M.m.cache_info().hits)
