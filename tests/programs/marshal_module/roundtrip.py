import marshal, io
values = [None, True, False, ..., StopIteration, 0, -1, 2**31 - 1, 2**31, -2**70, 1.5, -0.0, float("inf"), 1 - 2j, "", "ascii", "é\ud800😀",
    b"", b"bytes", (), (1, (2,)), [1, [2, []]], {}, {1: "a", "b": [2]}, {3}, frozenset([4, 5]), slice(1, None, 2), "x" * 300, tuple(range(300))]
for value in values:
    back = marshal.loads(marshal.dumps(value))
    if repr(back) != repr(value): print("differs", repr(value)[:40], repr(back)[:40])
print(marshal.version, len(values))
file = io.BytesIO()
marshal.dump([1, 2], file); marshal.dump("next", file); file.seek(0)
print(marshal.load(file), marshal.load(file))
code = compile("def f(a, b=2): return a * b\nresult = f(21)", "made.py", "exec")
namespace = {}; exec(marshal.loads(marshal.dumps(code)), namespace)
print(namespace["result"], namespace["f"].__code__.co_filename)
for bad in (b"", b"i\0", b"?", b"(\xff\xff\xff\xff", b"s\x05\0\0\0ab", b"r\0\0\0\0"):
    try: print(marshal.loads(bad))
    except (EOFError, ValueError, TypeError) as e: print(type(e).__name__, e)
for bad in (object(), [lambda: 0]):
    try: marshal.dumps(bad)
    except ValueError as e: print(e)
try: marshal.dumps(code, allow_code=False)
except ValueError: print("no code")
