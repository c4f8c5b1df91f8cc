print("%s %r %a" % ("é", "é", "é"), "%d %i %u" % (1, -2, 3),
    "%5d|%-5d|%05d|%+d|% d" % (42, 42, 42, 42, 42), "%o %x %X %#o %#x" % (8, 255, 255, 8, 255),
    "%c%c" % (65, "é"))
print("%.3s|%10s|%-10s|%5.2s|" % ("abcdef", "x", "y", "zzz"),
    "%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159), "%%", "%s" % None, "%s" % [1, "a"],
    "%(a)s-%(b)05d" % {"a": 1, "b": 2})
print("%s" % (1,), "%s %s" % ("a", (1, 2)), "%d" % True, "%d" % 10**30, "%x" % -255, "%.0f" % 0.5,
    "%s" % {"a": 1}, "%(x)s %(x)r" % {"x": "q"}, "no args" % (), "dict %s" % {})
for f in (lambda: "%d" % "a", lambda: "%s %s" % "a", lambda: "%s" % (1, 2), lambda: "%(a)s" % 1,
        lambda: "%(a)s" % {}, lambda: "%z" % 1, lambda: "%" % 1, lambda: "%c" % "ab",
        lambda: "%c" % -1, lambda: "%x" % "a", lambda: "%f" % "a", lambda: "%*d" % ("a", 1),
        lambda: "a" % 1, lambda: "%s%d" % ("a",)):
    try:
        print(f())
    except (TypeError, ValueError, KeyError, OverflowError) as e:
        print(type(e).__name__, e)
