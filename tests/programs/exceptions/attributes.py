es = [Exception(), Exception("a"), Exception("a", 1), ValueError([1]), KeyError("k"), KeyError(),
    OSError(2, "No file", "name.txt"), OSError(13, "denied"), OSError("just text"),
    StopIteration(5), SystemExit("bye"), SystemExit(3), SystemExit(),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"),
    UnicodeEncodeError("ascii", "é", 0, 1, "out"), ImportError("m", name="n", path="p"),
    AttributeError("a", name="x", obj=5), NameError("n", name="q"),
    SyntaxError("msg", ("f.py", 3, 5, "text", 3, 8)), ExceptionGroup("g", [ValueError(1)])]
for e in es:
    print(type(e).__name__, repr(e), "|", str(e), "|", e.args)
o = es[6]
print(type(o).__name__, o.errno, o.strerror, o.filename, type(OSError(17, "x")).__name__,
    type(OSError(32, "x")).__name__, OSError(9999, "z"), es[9].value, es[10].code, es[12].code,
    es[13].object, es[13].start, es[13].reason, es[15].name, es[16].name, es[16].obj, es[17].name,
    es[18].lineno, es[18].offset, es[18].filename)
class My(Exception):
    def __init__(self, a, *, b): super().__init__(a); self.b = b
    def __str__(self): return f"My:{self.b}"
m = My(1, b=2)
print(repr(m), m, m.args, m.__dict__)
m.extra = 1
m.add_note("note 1"); m.add_note("note 2")
print(m.__notes__, m.extra, m.with_traceback(None) is m, m.__traceback__)
try:
    m.add_note(5)
except TypeError as e:
    print(e)
class NoInit(Exception):
    def __init__(self, *a): pass
print(repr(NoInit(1, 2)), NoInit(1).args, Exception("x") == Exception("x"),
    BaseException.__subclasses__.__name__, issubclass(IOError, OSError),
    EnvironmentError is OSError)
for f in (lambda: Exception(x=1), lambda: KeyError(a=1), lambda: UnicodeDecodeError("a"),
        lambda: ImportError("a", zz=1), lambda: StopIteration(1, 2).value,
        lambda: OSError(1, 2, 3, 4, 5, 6), lambda: ValueError.args):
    try:
        print(f())
    except TypeError as e:
        print(e)
