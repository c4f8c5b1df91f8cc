import sys, atexit
atexit.register(print, "atexit ran")
def a():
    try:
        b()
    except Exception:
        print("not caught here")
def b():
    with open(__file__) as f:
        sys.exit(3)
a()
