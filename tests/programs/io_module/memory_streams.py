import io
s = io.StringIO("line1\nline2\nlast")
print(s.readline(), s.read(3), s.tell(), s.readlines(), s.read(), s.seek(0), list(s), s.getvalue(),
    s.closed)
w = io.StringIO()
print(w.write("héllo"), w.write("\n"), w.seek(0), w.read(2), w.truncate(3), w.getvalue(),
    w.writelines(["a", "b"]), w.getvalue(), w.readable(), w.seekable())
b = io.BytesIO(b"abc\ndef")
print(b.read(2), b.readline(), b.read(), b.seek(-2, 2), b.read(), b.write(b"XYZ"), b.getvalue(),
    b.getbuffer()[0], b.tell(), b.seek(0), b.readinto(bytearray(3)), b.readlines())
t = io.TextIOWrapper(io.BytesIO("é\r\nb\rc".encode()), encoding="utf-8")
print(t.read(), t.encoding, t.newlines, t.errors)
t = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\r\n")
t.write("a\nb\n"); t.flush()
print(t.buffer.getvalue())
with io.StringIO("x") as ctx: print(ctx.read())
for f in (lambda: ctx.read(), lambda: io.StringIO().write(b"x"), lambda: io.BytesIO().write("x"),
        lambda: io.StringIO("a").seek(-1), lambda: io.BytesIO("x"), lambda: io.StringIO(5),
        lambda: s.fileno(), lambda: io.StringIO().seek(1, 1)):
    try:
        f()
    except (ValueError, TypeError, OSError) as e:
        print(type(e).__name__, e)
print(io.StringIO("a\r\nb\rc\n").readlines(), io.StringIO("a\r\nb", newline=None).read(),
    io.BufferedReader(io.BytesIO(b"peekaboo")).peek(4)[:4],
    io.IncrementalNewlineDecoder(None, True).decode("a\r\n"))
