import sys, io
print(1, "a", None, [2.5], sep="-", end="!\n")
print(); print(""); print("a", "b", sep=""); print("x", end=""); print("y", sep=None, end=None)
buf = io.StringIO()
print("to", "buffer", file=buf, flush=True)
print(repr(buf.getvalue()))
class W:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
w = W()
print(1, 2, sep=", ", end=".", file=w)
print(w.parts)
sys.stdout.write("direct\n")
print(sys.stdout.write("four"), sys.stdout.name, sys.stdout.encoding)
for f in (lambda: print(sep=1), lambda: print(end=1), lambda: print(file=5), lambda: print(foo=1),
        lambda: print(1, file=W, flush=True)):
    try:
        f()
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)
class S:
    def __str__(self): raise ValueError("in str")
try:
    print("before", S())
except ValueError as e:
    print("|", e)
old = sys.stdout
sys.stdout = buf2 = io.StringIO()
print("captured")
sys.stdout = old
print(buf2.getvalue().strip(), "é€𝄞", "\ud800".encode("utf-8", "surrogatepass"))
