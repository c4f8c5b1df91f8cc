ns = {"x": 5}
exec("y = x * 2\ndef f(): return y + 1\nz = f()", ns)
print(ns["y"], ns["z"], "__builtins__" in ns, sorted(k for k in ns if k[0] != "_"))
print(eval("x + y", ns), eval("a * b", {"a": 3}, {"b": 4}),
    eval("[i for i in range(n)]", {"n": 3}), eval(" 1 + 1 "), eval(compile("7 * 6", "c", "eval")),
    exec("1 + 1"))
g = 1
def f():
    loc = 2
    exec("loc = 3; new = 4")
    d = {}
    exec("new = loc + g", globals(), d)
    try:
        d2 = eval("loc")
    except NameError as e:
        d2 = str(e)
    return loc, locals().get("new"), d2, d
try:
    print(f())
except NameError as e:
    print(e)
globals()["made"] = "dynamic"
print(made, "made" in globals(), globals() is globals(), __name__, globals()["__name__"],
    vars() is globals(), locals() is globals())
del globals()["made"]
try:
    made
except NameError as e:
    print(e)
def setter():
    global created, g
    created = "yes"
    g += 1
setter()
print(created, g)
class Map(dict):
    def __missing__(self, k): return f"<{k}>"
print(eval("foo + bar", {}, Map()), eval("x", {"x": 1}, {"x": 2}))
for code in ("1 +", "x = 1", "print(", "import os", ""):
    try:
        print(eval(code))
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.filename)
try:
    exec("x", {"__builtins__": {}})
except NameError as e:
    print(e)
try:
    eval("print(1)", {"__builtins__": {}})
except NameError as e:
    print(e)
print(eval("len('abc')", {"__builtins__": {"len": lambda s: 99}}))
exec("def r(n): return n if n == 0 else r(n - 1)\nprint(r(5))", {})
