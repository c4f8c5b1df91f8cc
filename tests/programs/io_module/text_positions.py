import io, os, tempfile
folder = tempfile.mkdtemp(); path = os.path.join(folder, "f")
for encoding in ("utf-8", "latin-1", "utf-16", "utf-8-sig", "ascii"):
    text = "one\ntwo\n" + ("é" if encoding != "ascii" else "e") + "three\n"
    with open(path, "w", encoding=encoding) as f: f.write(text); end = f.tell()
    with open(path, encoding=encoding) as f:
        first = f.readline(); at = f.tell(); rest = f.read(); f.seek(at)
        print(encoding, end, repr(first), at, f.read() == rest, f.tell() == end, os.path.getsize(path))
    with open(path, "a", encoding=encoding) as f: f.write("more")
    print(repr(open(path, encoding=encoding).read()))
with open(path, "wb") as f: f.write(b"a\r\nb\rc\nd")
for newline in (None, "", "\n", "\r", "\r\n"):
    with open(path, newline=newline) as f: print(repr(newline), f.readlines(), repr(f.newlines))
    out = io.BytesIO(); text = io.TextIOWrapper(out, newline=newline, write_through=True); text.write("x\ny"); print(out.getvalue())
with open(path, newline="") as f: print([f.read(2), f.tell(), f.read(1), f.readline(3)])
with open(path) as f:
    for line in f:
        try: f.tell()
        except OSError as e: print(e)
        break
raw = io.BufferedReader(io.BytesIO(b"0123456789"), 4)
print(raw.peek()[:2], raw.read1(2), raw.read(3), raw.tell(), raw.seek(-2, 2), raw.read(), raw.read())
both = io.BufferedRandom(io.BytesIO(b"abcdef")); both.read(2); both.write(b"XY"); both.seek(0); print(both.read())
pair = io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO()); print(pair.read(), pair.write(b"out"), pair.readable())
class Slow(io.RawIOBase):
    def __init__(self): self.data = [b"ab\nc", b"d\n", b""]
    def readable(self): return True
    def readinto(self, b): piece = self.data.pop(0); b[:len(piece)] = piece; return len(piece)
print(list(io.TextIOWrapper(io.BufferedReader(Slow()))))
w = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace"); w.write("é"); w.reconfigure(errors="replace"); w.write("é"); w.flush(); print(w.buffer.getvalue(), w.errors)
b = w.detach()
for bad in (lambda: w.write("x"), lambda: io.TextIOWrapper(b, encoding="no-such"), lambda: io.TextIOWrapper(b, newline="x"), lambda: io.open(path, "rb", 0).readline(1.5),
            lambda: io.BytesIO("x"), lambda: io.StringIO(b"x"), lambda: io.BufferedReader(io.BytesIO(), 0), lambda: io.TextIOWrapper(io.BytesIO(), encoding=3), lambda: io.BytesIO().seek(-1), lambda: io.StringIO().seek(1, 1)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
view = b.getbuffer()
try: b.write(b"longer than before")
except BufferError as e: print(e)
view.release(); os.remove(path); os.rmdir(folder)
