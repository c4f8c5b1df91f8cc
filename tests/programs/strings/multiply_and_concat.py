print("ab" * 3, 3 * "ab", "ab" * 0, "ab" * -1, "" * 100, "ab" * True, "a" + "" + "b",
    "é" + "€" + "𝄞")
s = ""
for i in range(10):
    s += str(i)
    t = s
    s += "-"
print(s, t, len("abc" * 1000), ("é" * 3 + "a")[2:])
for f in (lambda: "a" + 1, lambda: 1 + "a", lambda: "a" * "b", lambda: "a" * 1.5,
        lambda: "a" - "b", lambda: "a" + b"b", lambda: "a" + None, lambda: "a" * (1 << 70)):
    try:
        f()
    except (TypeError, OverflowError) as e:
        print(type(e).__name__, e)
