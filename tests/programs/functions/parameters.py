def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw
print(f(1, d=4), f(1, 9, 8, 7, 6, d=0, x=1), f(1, c=0, d=1, a=5), f(*[1, 2], **{"d": 3, "z": 4}),
    f(1, *(2, 3), *[4], d=5, **{}, **{"e": 6}))
def g(*, k): return k
def h(*args): return args
def i(**kw): return kw
def j(a, /): return a
def k(a=[]):
    a.append(1)
    return a
print(g(k=1), h(), h(*"ab"), i(), i(a=1, self=2), j(1), k(), k(), k([]), k())
print((lambda *a, **k: (a, k))(1, x=2), (lambda x, y=5: x + y)(1), (lambda: None)(),
    f.__defaults__, f.__kwdefaults__, f.__name__, f.__code__.co_varnames, f.__code__.co_argcount,
    f.__code__.co_posonlyargcount, f.__code__.co_kwonlyargcount)
