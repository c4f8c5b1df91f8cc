s = "abracadabra"
print([s.find(x) for x in ("a", "bra", "z", "", "abracadabra!")],
    [s.rfind(x) for x in ("a", "bra", "z", "")])
print(s.find("a", 1), s.find("a", -3), s.find("a", 1, 3), s.find("", 5), s.find("", 20),
    s.rfind("a", 0, 5), s.index("c"), s.rindex("r"))
print(s.count("a"), s.count("abra"), s.count(""), s.count("a", 2), s.count("a", 2, 8),
    "aaaa".count("aa"), "".count(""), "é€é".count("é"))
print(s.startswith("abra"), s.startswith(("x", "ab")), s.startswith("bra", 1), s.endswith("bra"),
    s.endswith(("", "q")), s.startswith("", 20), s.endswith("abra", 8))
print("bra" in s, "" in s, "xyz" in s, "a" not in s)
for f in (lambda: s.index("z"), lambda: s.rindex("z"), lambda: s.find(1), lambda: s.startswith(1),
        lambda: s.startswith(["a"]), lambda: 1 in s, lambda: s.count()):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
