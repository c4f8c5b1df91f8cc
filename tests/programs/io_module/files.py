import os, tempfile, io
d = tempfile.mkdtemp()
p = os.path.join(d, "f.txt")
with open(p, "w", encoding="utf-8") as f:
    print(f.write("one\ntwo é\n"), f.mode, f.writable(), f.readable(), f.closed)
    print("three", file=f)
print(f.closed, os.path.getsize(p))
with open(p, encoding="utf-8") as f:
    print(f.readline(), f.tell(), [l.rstrip() for l in f], f.read(), f.seek(0), f.read(5))
with open(p, "a", encoding="utf-8") as f: f.write("end")
with open(p, "rb") as f: print(f.read(), f.seek(-3, os.SEEK_END), f.read(), f.name == p, f.mode)
with open(p, "r+b") as f:
    f.seek(1); f.write(b"XX"); f.flush(); f.truncate(6); f.seek(0); print(f.read())
with open(p, "w", newline="\r\n") as f: f.write("a\nb\n")
print(open(p, "rb").read(), open(p).read(), open(p, newline="").read())
for f in (lambda: open(os.path.join(d, "no")), lambda: open(d), lambda: open(p, "q"),
        lambda: open(p, "x"), lambda: open(p, "rw"), lambda: open(p).write("x"),
        lambda: open(p, "w").read(), lambda: open(p, "rb", encoding="utf-8"),
        lambda: open(p, "r", 0), lambda: open("a\0b"), lambda: open(-1), lambda: open(None),
        lambda: open(p, "wb").write("s")):
    try:
        f()
    except (OSError, ValueError, TypeError) as e:
        print(type(e).__name__, str(e).replace(d, "D"))
open(p, "wb").write(b"\xff\xfe bad")
try:
    open(p, encoding="utf-8").read()
except UnicodeDecodeError as e:
    print(e)
print(open(p, encoding="latin-1").read() == "\xff\xfe bad",
    open(p, errors="replace", encoding="utf-8").read())
os.remove(p); os.rmdir(d)
print(os.path.exists(p))
