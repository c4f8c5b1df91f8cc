print([f("  \t x y \n ") for f in (str.strip, str.lstrip, str.rstrip)], "xxabcxx".strip("x"),
    "abcba".strip("ab"), "abc".lstrip("cba"), "\u2003x\u2003".strip() == "x")
print("ab".ljust(5) + "|", "ab".rjust(5) + "|", "ab".center(5) + "|", "ab".center(6, "*"),
    "abc".center(6, "*"), "ab".ljust(1), "42".zfill(5), "-42".zfill(5), "+".zfill(3), "".zfill(2))
print("prefix-body".removeprefix("prefix-"), "body".removeprefix("x"), "a.py".removesuffix(".py"),
    "a.py".removesuffix(""), "a\tbc\td".expandtabs(), "a\tbc\td".expandtabs(4),
    "01\t2\n3\t4".expandtabs(3))
for f in (lambda: "a".ljust(5, "ab"), lambda: "a".center(5, 1), lambda: "a".strip(1),
        lambda: "a".zfill("3")):
    try:
        f()
    except TypeError as e:
        print(e)
