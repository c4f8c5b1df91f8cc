values = [0, 1, 255, 256, -1, 10**3, 2**63, -(2**63), 2**64, 0xffff_ffff_ffff_ffff_ffff, 1.5, -0.0, 1e400, 3j, 1 - 2j]
text = "ascii", 'é', "\ud800", "\N{SNOWMAN}", r"\n", "a" "b", """x
y""", b"\x00\xff", rb"\d"
others = None, True, False, ..., (), (1, (2, "x")), -5, not 1, ~7, 1 << 100, "ab" * 3, (1, 2) + (3,), "abc"[1]
print(x in {1, 2, 3}, x in [1, 2], x[1:2], x[::2], x[None:3, ...])
