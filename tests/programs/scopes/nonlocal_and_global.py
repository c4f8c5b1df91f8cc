x = "global"
def a():
    x = "a"
    def b():
        nonlocal x
        x = "b"
        def c():
            global x
            x = "c"
            return x
        return c(), x
    return b(), x
print(a(), x)
def deep():
    v = 0
    def one():
        def two():
            def three():
                nonlocal v
                v += 1
                return v
            return three
        return two
    t = one()()
    return t(), t(), v
print(deep())
for code in ("def f():\n nonlocal zz", "nonlocal x", "def f():\n x = 1\n global x",
        "def f(x):\n global x", "def f():\n print(x)\n nonlocal x",
        "def f(x):\n def g():\n  nonlocal x\n  global x", "class C:\n nonlocal q",
        "def f(a, a): pass", "def f():\n global y\n y = 1\nf()\nprint(y)",
        "global q\nq = 1\nprint(q)"):
    try:
        exec(code, {})
    except SyntaxError as e:
        print(repr(code), "->", e.msg)
def params(a, b):
    def inner():
        nonlocal a
        a, b_ = b, a
        return a, b_
    return inner(), a
print(params(1, 2))
def loops():
    fs = []
    for i in range(3):
        def f(j=i): return i, j
        fs.append(f)
    return [f() for f in fs]
print(loops())
