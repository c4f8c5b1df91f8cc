import hashlib, binascii, base64, zlib
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b",
        "blake2s"):
    h = hashlib.new(name, b"hello")
    h.update(b" world")
    print(name, h.hexdigest(), h.digest_size, h.block_size, h.name)
c = hashlib.sha256(b"a")
d = c.copy()
d.update(b"b")
print(c.hexdigest()[:16], d.hexdigest()[:16], hashlib.sha256(b"ab").hexdigest()[:16],
    hashlib.md5().hexdigest(), hashlib.sha256(b"x" * 100000).hexdigest())
print(binascii.hexlify(b"\x00\xff"), binascii.unhexlify("00ff"), binascii.crc32(b"hello"),
    zlib.crc32(b"hello", 5), zlib.adler32(b"hello"), base64.b64encode(b"any carnal pleas"),
    base64.b64decode("YW55"), base64.b32encode(b"hi"), base64.b16encode(b"hi"),
    base64.urlsafe_b64encode(b"\xff\xfe"))
for f in (lambda: hashlib.md5("text"), lambda: hashlib.new("nope"),
        lambda: binascii.unhexlify("abc"), lambda: base64.b64decode("a")):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
