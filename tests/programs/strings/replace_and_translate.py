s = "banana"
print(s.replace("a", "o"), s.replace("a", "o", 2), s.replace("", "-"), s.replace("", "-", 3),
    s.replace("ana", "x"), s.replace("z", "y"), "".replace("", "x"), s.replace("a", "o", count=1))
t = str.maketrans("abn", "xyz")
print(s.translate(t), s.translate({ord("a"): None}), s.translate({ord("n"): "NN", ord("b"): 66}),
    s.translate(str.maketrans("", "", "an")), sorted(str.maketrans({"a": "1", 98: None}).items()))
class Table:
    def __getitem__(self, c):
        if c == ord("b"):
            raise LookupError
        return chr(c).upper()
print(s.translate(Table()))
for f in (lambda: str.maketrans("ab", "c"), lambda: str.maketrans({"ab": 1}),
        lambda: str.maketrans("a"), lambda: s.replace("a"), lambda: s.translate({98: 1 << 30})):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
