import atexit, sys
@atexit.register
def last(): print("last")
atexit.register(print, "second", "to", sep="-", end=" last\n")
def gone(): print("never")
atexit.register(gone)
atexit.unregister(gone)
try:
    sys.exit(0)
except SystemExit as e:
    print("caught", e.code)
print("main done")
