for text in ("0", " 12 ", "-5", "+7", "1_000", "0x1f", "0b11", "0o17", "", "abc", "1__0", "_1",
        "1_", "--1", "1.5", "٣٤", "\t8\n"):
    for base in (10, 0, 16):
        try:
            print(repr(text), base, int(text, base))
        except ValueError as e:
            print(repr(text), base, e)
print(int("zz", 36), int("-7f", 16), int(b"42"), int(bytearray(b"101"), 2))
for args in (("1", 1), ("1", 37), (1, 2), (None,), ([],), (1.5, 10), ("1", "2")):
    try:
        print(int(*args))
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
