samples = ["", "abc", "ABC", "Abc Def", "123", "12.3", "²", "½", "٣", "abc123", " \t\n", "a b",
    "é", "\x00", "_x1", "1x", "class", "中文", "\u2003", "a\n"]
names = ["isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isspace", "isupper",
    "islower", "istitle", "isidentifier", "isprintable", "isascii"]
for s in samples:
    print(ascii(s), "".join("1" if getattr(s, n)() else "0" for n in names))
