s = "aé€𝄞"
print([ord(c) for c in s], [chr(n) for n in (97, 233, 8364, 119070)], s.encode(),
    s.encode("utf-16-le"), s.encode("utf-32-be"), s.encode("latin-1", "replace"),
    s.encode("ascii", "ignore"), s.encode("ascii", "xmlcharrefreplace"),
    s.encode("ascii", "backslashreplace"), s.encode("ascii", "namereplace"))
print(s.encode().decode(), b"\xff\xfea\x00".decode("utf-16"), b"\xe9".decode("latin-1"),
    b"a\xffb".decode("utf-8", "replace"), b"a\xffb".decode("utf-8", "ignore"),
    ascii(b"a\xffb".decode("utf-8", "surrogateescape")),
    b"a\xffb".decode("utf-8", "backslashreplace"))
print("é" == "e\u0301", "é" < "z", "Z" < "a", sorted(["é", "z", "a", "€", "𝄞", "\uffff"]),
    max("aé€"), hash("é") == hash("\xe9"))
for f in (lambda: chr(-1), lambda: chr(0x110000), lambda: ord("ab"), lambda: ord(""),
        lambda: "é".encode("ascii"), lambda: b"\xff".decode(), lambda: b"\xe2\x82".decode(),
        lambda: "\ud800".encode(), lambda: "a".encode("nope"), lambda: b"a\x80".decode("ascii"),
        lambda: chr("a"), lambda: ord(5)):
    try:
        f()
    except (ValueError, TypeError, LookupError) as e:
        print(type(e).__name__, e)
