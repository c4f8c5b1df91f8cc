b = b"  Hello, World  "
print(b.strip(), b.upper(), b.lower(), b.swapcase(), b.title(), b.strip().capitalize(), b.split(),
    b.strip().split(b", "), b.find(b"o"), b.rfind(b"o"), b.find(111), b.count(b"l"),
    b.replace(b"l", b"L", 1), b.startswith(b"  H"), b.endswith((b"x", b" ")), b.index(b"W"))
print(b",".join([b"a", bytearray(b"b")]), b"a-b-c".partition(b"-"), b"a-b-c".rsplit(b"-", 1),
    b"ab".center(6, b"*"), b"5".zfill(3), b"a\tb".expandtabs(4), b"a\nb\r\n".splitlines(),
    b"abc".translate(bytes.maketrans(b"a", b"z")), b"abc".translate(None, b"b"),
    b"xyx".removeprefix(b"x").removesuffix(b"x"))
print(b"abc".isalpha(), b"12".isdigit(), b"a1".isalnum(), b" ".isspace(), b"AB".isupper(),
    b"\x80".isascii(), b"ab".ljust(4, b"."), b"ab".rjust(4))
