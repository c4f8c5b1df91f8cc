class Name(str):
    def __new__(cls, s): return super().__new__(cls, s.title())
    def __repr__(self): return f"Name({str.__repr__(self)})"
    def shout(self): return self.upper() + "!"
n = Name("ada lovelace")
print(n, repr(n), n.shout(), type(n.upper()), n + "x", type(n + "x"), n == "Ada Lovelace",
    {n: 1}["Ada Lovelace"], len(n), n[0], type(n[0]), isinstance(n, str))
print("".join([n, n]), "%s" % n, f"{n}", f"{n!r}", [n], n in ["Ada Lovelace"],
    sorted([Name("b"), Name("a")]), type(str(n)), n.split(), "-" in n,
    n.x if hasattr(n, "x") else "no x")
n.x = 5
print(n.x, n.__dict__)
