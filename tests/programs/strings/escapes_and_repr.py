for s in ("plain", "it's", 'say "hi"', "both ' and \"", "tab\tnew\nline\rret", "\0\x01\x1f\x7f",
        "back\\slash", "é ñ", "\xa0\xad", "\u200b\u2028", "\ud800", "𝄞\U0010ffff",
        "\N{BULLET}\N{greek small letter alpha}", r"raw\n\x", "\a\b\f\v"):
    print(repr(s).encode("ascii", "backslashreplace").decode(), ascii(s), len(s))
print("a" "b" 'c', """multi
line""", "line \
continued", "\101\60\7".encode(), "%r" % "x'y", f"{'a' + chr(10)!r}")
