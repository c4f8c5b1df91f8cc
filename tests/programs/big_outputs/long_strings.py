s = "abc" * 100000
print(len(s), s.count("ca"), hash(s) == hash("abc" * 100000), s[-5:], s.find("z"),
    len(s.replace("b", "")), len(s.upper().split("A")))
print("-" * 20000)
parts = [str(i) for i in range(50000)]
j = ",".join(parts)
print(len(j), j[:20], j[-20:], sum(map(int, j.split(","))))
acc = ""
for i in range(20000): acc += chr(97 + i % 26)
print(len(acc), acc[:30], acc[::1000])
b = bytearray()
for i in range(10000): b += bytes([i % 256])
print(len(b), b[:5], sum(b))
print(repr("\n" * 1000).count("\\n"), "%s" % ("é" * 1000), f"{'x':>1000}".count(" "),
    len(str(list(range(10000)))))
