print(list("aé€𝄞"), [c for c in "abc"][::-1], list(reversed("abc")), list(enumerate("ab")),
    "".join(sorted("hello")), set("aab") == {"a", "b"}, dict.fromkeys("aba"),
    list(zip("ab", "cd")), *"xyz")
a, b, *c = "hello"
print(a, b, c, tuple("ab"), list(map(ord, "az")), max("abz"), sum(ord(c) for c in "abc"),
    any(c.isdigit() for c in "a1"), list(iter("")), len("𝄞"))
it = iter("ab")
print(next(it), it.__length_hint__(), next(it), next(it, "end"),
    type(it).__name__ in ("str_ascii_iterator", "str_iterator"))
