import struct
print(struct.pack("<ihbB?", 1, -2, -3, 255, True), struct.pack(">Qd", 2**63, 1.5),
    struct.pack("5s3x2s", b"abc", b"toolong"), struct.pack("<f", 0.1), struct.calcsize("bi"),
    struct.calcsize("<bi"), struct.calcsize("@lqnP"), struct.pack(">3h", 1, 2, 3),
    struct.pack("p", b"a"), struct.pack("10p", b"abc"), struct.pack("<e", 1.5),
    struct.pack("c", b"x"), struct.pack("!I", 1))
print(struct.unpack("<ihb", b"\x01\0\0\0\xfe\xff\xfd"),
    struct.unpack(">d", struct.pack(">d", -0.0)), struct.unpack("3s", b"abc"),
    list(struct.iter_unpack("<H", b"\1\0\2\0")), struct.unpack_from("B", b"abc", 1))
b = bytearray(8)
struct.pack_into("<I", b, 2, 0xdeadbeef)
s = struct.Struct("<2h")
print(b, s.size, s.format, s.pack(1, 2), s.unpack(b"\1\0\2\0"))
for f in (lambda: struct.pack("i", "a"), lambda: struct.pack("b", 200), lambda: struct.pack("i"),
        lambda: struct.pack("i", 1, 2), lambda: struct.unpack("i", b"a"),
        lambda: struct.pack("z", 1), lambda: struct.pack("<I", -1),
        lambda: struct.pack("s", "str"), lambda: struct.pack("<i", 1.5),
        lambda: struct.unpack_from("i", b"abc", 10), lambda: struct.pack("f", 1e300)):
    try:
        f()
    except (struct.error, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
