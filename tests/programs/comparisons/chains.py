def t(x):
    print("eval", x, end="; ")
    return x
print(t(1) < t(2) < t(3))
print(t(1) < t(0) < t(3))
print(t(1) == t(1) != t(2) in [t(2)])
print(1 < 2 > 1 <= 1 == 1)
print(not 1 == 2, not (1 == 2) == False, (1 < 2) < 2, 1 < (2 < 2), [1] == [1] == [1],
    1 in [1] == True, "a" in "abc" in ["abc"])
a = [1]
b = a
print(a is b, a is not b, a is [1], a == [1], None is None, () == (), "a" not in "b",
    3 not in [1, 2], not a)
class C:
    def __init__(self, r): self.r = r
    def __lt__(self, o): return self.r
    def __contains__(self, x): return self.r
    def __eq__(self, o): return self.r
    __hash__ = None
print(C([]) < 1, C("yes") < 1 < 5, C(0) < 1 < 5, 5 in C("x"), 5 in C([]), 5 not in C(1), C(5) == 1,
    C(5) != 1, C(0) != 1)
