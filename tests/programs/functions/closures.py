def counter(start=0):
    n = start
    def step(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return step, get
s, g = counter(10)
t, h = counter()
print(s(), s(5), g(), t(), h(), g())
fs = [lambda: i for i in range(3)]
print([f() for f in fs], [f() for f in [lambda i=i: i for i in range(3)]],
    [(lambda k: lambda: k)(i)() for i in range(3)])
def outer():
    x = "outer"
    def middle():
        def inner():
            nonlocal x
            x = "changed"
            return x
        return inner
    before = x
    return before, middle()(), x
print(outer(), s.__closure__[0].cell_contents, s.__code__.co_freevars, counter.__code__.co_cellvars)
def late():
    def use(): return value
    try:
        use()
    except NameError as e:
        print(e)
    value = 1
    print(use())
    del value
    try:
        use()
    except NameError as e:
        print(e)
late()
