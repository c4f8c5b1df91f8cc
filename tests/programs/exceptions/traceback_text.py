import traceback
def a(x): return b(x) + 1
def b(x):
    return {"zero": lambda: 1 / 0,
            "key": lambda: {}["k"],
            "attr": lambda: x.nope,
            "call": lambda: x(1, 2)}[x]()
for how in ("zero", "key", "attr", "call"):
    try:
        a(how)
    except Exception as e:
        traceback.print_exc(file=__import__("sys").stdout)
        print(traceback.format_exception_only(e))
        print([(f.lineno, f.name) for f in traceback.extract_tb(e.__traceback__)])
