b = b"hello\x00\xff\n'\""
print(b, len(b), b[0], b[-1], b[1:4], b[::-1], list(b"abc"), b"a" + b"b", b"ab" * 3, 104 in b,
    b"ell" in b, b == bytearray(b), b < b"i", hash(b"a") == hash(bytes([97])), bytes(3),
    bytes([1, 2]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(3)))
print(b.hex(), b.hex(":"), b.hex("-", 2), bytes.fromhex("48 65 6c"),
    b"%d %s %r %b %x" % (1, b"x", "q", b"y", 255), b"abc".decode(), repr(b"'"), repr(b'"\''),
    b"\x41\102\t")
for f in (lambda: bytes([256]), lambda: bytes(-1), lambda: bytes("a"), lambda: b"a" + "b",
        lambda: "a" in b"a", lambda: 256 in b"a", lambda: b"a"[5], lambda: bytes.fromhex("zz"),
        lambda: bytes.fromhex("1"), lambda: b"%s" % "a", lambda: bytes(1.5), lambda: bytes(["a"]),
        lambda: b"".join(["a"]), lambda: bytes(1, "utf-8")):
    try:
        f()
    except (TypeError, ValueError, IndexError) as e:
        print(type(e).__name__, e)
