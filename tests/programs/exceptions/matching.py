class A(Exception): pass
class B(A): pass
class C(B, KeyError): pass
def which(e):
    try:
        raise e
    except B: return "B"
    except (A, OSError): return "A or OSError"
    except LookupError as x: return f"Lookup {x!r}"
    except Exception as x: return f"Exc {type(x).__name__}"
    except: return "bare"
print([which(e) for e in (A(), B(), C("k"), IndexError("i"), KeyError("k"), OSError(), ValueError,
    KeyboardInterrupt(), SystemExit(1), FileNotFoundError(2, "x"))])
def name_unbound():
    try:
        raise ValueError("v")
    except ValueError as e:
        saved = e
    try:
        e
    except UnboundLocalError as err:
        print(err)
    return saved
print(repr(name_unbound()))
for clause in ("5", "'x'", "(ValueError, 5)", "[ValueError]", "int", "undefined"):
    try:
        exec(f"try:\n    1/0\nexcept {clause}:\n    pass")
    except Exception as e:
        print(clause, "->", type(e).__name__, e, repr(e.__context__))
def dyn(): print("evaluated"); return ZeroDivisionError
try:
    1 / 0
except dyn():
    print("matched")
try:
    pass
except dyn():
    pass
try:
    try: raise B
    except OSError: print("no")
except A as a: print("outer", type(a).__name__)
