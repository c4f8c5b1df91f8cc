class Index:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n
print([1, 2, 3][Index(1)], "abc"[Index(-1)], range(10)[Index(3)], hex(Index(255)), int(Index(7)))
print([0] * Index(3), "ab" * Index(2), [1, 2, 3, 4][Index(1):Index(3)], list(range(Index(3))),
    chr(Index(65)))
class Bad:
    def __index__(self): return "x"
class BadInt:
    def __int__(self): return 1.5
one, text, none = [1], "x", None
for f in (lambda: one[Bad()], lambda: hex(Bad()), lambda: int(Bad()), lambda: int(BadInt()),
        lambda: one[text], lambda: one[1.0 + len(one)], lambda: text[none],
        lambda: tuple(one)[text]):
    try:
        f()
    except TypeError as e:
        print(e)
