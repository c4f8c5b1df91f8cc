if (n := len("hello")) > 3: print(n)
print([y := 5, y ** 2], [last := i for i in range(3)], last,
    any((hit := w).startswith("b") for w in ["a", "bc", "d"]), hit)
data = iter([1, 2, 0, 3])
while (v := next(data)): print(v)
print(f"{(z := 7)} {z}", (lambda: (q := 3) + q)(), {(k := "key"): k})
def f():
    total = 0
    partial = [total := total + i for i in range(5)]
    return partial, total
print(f())
def g(x):
    if (a := x) and (b := a + 1): return a, b
    return a, "b" in locals()
print(g(1), g(0))
x = (1, y := 2, 3)
print(x, y, max(m := 3, 2), m)
for code in ("x := 5", "f(x := 1, y=(z := 2))", "[i := 0 for i in range(3)]",
        "class C: [b := 1 for a in [1]]", "(a.b := 1)", "lambda: (x := 1)",
        "[i for i in (j := [1])]", "def f(a=(b := 1)): pass"):
    try:
        compile(code, "s", "exec")
        print(code, "ok")
    except SyntaxError as e:
        print(code, "->", e.msg)
