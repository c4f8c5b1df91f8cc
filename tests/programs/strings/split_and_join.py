for s in ("a b  c", "  lead and trail  ", "", "one", "a,b,,c,", "a\tb\nc\r\nd", "x--y----z"):
    print(s.split(), s.split(" "), s.split(","), s.split(None, 1), s.rsplit(None, 1),
        s.split("--"), s.rsplit("-", 2), s.split(",", 1))
print("a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i\n".splitlines(), "a\n\nb\n".splitlines(True),
    "".splitlines())
print("k=v=w".partition("="), "k=v=w".rpartition("="), "kv".partition("="), "kv".rpartition("="))
print(",".join([]), ",".join(["a"]), ",".join("abc"), "".join(("x", "y")), ", ".join({"k": 1}),
    "-".join(str(i) for i in range(5)))
for f in (lambda: ",".join([1]), lambda: ",".join(["a", b"b"]), lambda: "a".split(""),
        lambda: "a".split(1), lambda: ",".join(5), lambda: "a".partition("")):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
