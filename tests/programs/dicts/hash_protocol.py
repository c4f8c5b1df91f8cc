class Key:
    log = []
    def __init__(self, name, h): self.name, self.h = name, h
    def __hash__(self):
        Key.log.append("hash " + self.name)
        return self.h
    def __eq__(self, other):
        Key.log.append(f"{self.name}=={getattr(other, 'name', other)}")
        return isinstance(other, Key) and self.name[0] == other.name[0]
a, a2, b = Key("a", 1), Key("a2", 1), Key("b", 1)
d = {a: 1}
d[a2] = 2
d[b] = 3
print(len(d), [k.name for k in d], d[a], d[a2], d[b], Key.log)
Key.log.clear()
print(a in d, Key("a", 2) in d, a in [b, a2], {a, a2, b} == {a, b}, Key.log)
class NoHash:
    def __eq__(self, other): return True
class BadHash:
    def __hash__(self): return "x"
class Big:
    def __hash__(self): return 2**100
for f in (lambda: {NoHash(): 1}, lambda: hash(BadHash()), lambda: {NoHash()}, lambda: hash([]),
        lambda: hash(slice(1)) and 0, lambda: hash({}), lambda: hash(Big()) == hash(2**100),
        lambda: hash(bytearray())):
    try:
        print(f())
    except TypeError as e:
        print(e)
