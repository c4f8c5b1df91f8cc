# A return, break or continue in finally swallows; the compiler warns since 3.14, so by exec.
import warnings
warnings.simplefilter("ignore")
exec('''
def a():
    try: 1 / 0
    finally: return "swallowed"
def b():
    for i in range(3):
        try: 1 / 0
        finally: continue
    return i
def c():
    while True:
        try: raise KeyError
        finally: break
    return "broke"
def d():
    try: return 1
    finally: return 2
''')
print(a(), b(), c(), d())
def e():
    x = 1
    try:
        return x
    finally:
        x = 2
def f():
    x = [1]
    try:
        return x
    finally:
        x.append(2)
def g():
    try:
        raise ValueError("first")
    finally:
        raise KeyError("second")
print(e(), f())
try:
    g()
except KeyError as err:
    print(repr(err), repr(err.__context__), err.__cause__, err.__suppress_context__)
