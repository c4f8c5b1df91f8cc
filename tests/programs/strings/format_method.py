print("{} {}".format(1, 2), "{1} {0} {1}".format("a", "b"), "{x} {y!r}".format(x=1, y="q"),
    "{0.real} {0.imag}".format(5), "{0[1]} {a[k]}".format([1, 2], a={"k": 3}), "{{}}".format(),
    "{:>{w}}|{:{f}^{n}}".format("x", "y", w=4, f="*", n=5))
print("{!s} {!r} {!a}".format("é", "é", "é"), "{:,}".format(1234567),
    "{:.2f} {:e} {:%}".format(3.14159, 1234.5, 0.25), "{:08.3f} {:+d} {: d}".format(3.14159, 5, 5),
    "{:#x} {:#b} {:c}".format(255, 5, 65), "{:<5}|{:^5}|{:>5}|".format(1, "a", 2.5))
print("{a.b[c]}".format(a=type("T", (), {"b": {"c": "deep"}})), "{} {x} {}".format(1, 2, x=3),
    "{:}".format(None), "{0:{1}}".format(3.14159, ".2f"), "{a}".format_map({"a": 1}))
class D(dict):
    def __missing__(self, k): return f"<{k}>"
print("{a} {b}".format_map(D(a=1)))
for f in (lambda: "{}".format(), lambda: "{1}".format(1), lambda: "{a}".format(),
        lambda: "{".format(1), lambda: "}".format(1), lambda: "{} {0}".format(1),
        lambda: "{0} {}".format(1), lambda: "{!x}".format(1), lambda: "{:d}".format("a"),
        lambda: "{:z}".format(1), lambda: "{0.x}".format(1), lambda: "{0[x]}".format([1]),
        lambda: "{:s}".format(1), lambda: "{:10}".format([]), lambda: "{:,s}".format("a"),
        lambda: "{:.2d}".format(1), lambda: "{!}".format(1), lambda: "{a!}".format(a=1)):
    try:
        print(f())
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as e:
        print(type(e).__name__, e)
