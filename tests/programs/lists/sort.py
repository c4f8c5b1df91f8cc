import functools
data = [("b", 2), ("a", 3), ("c", 1), ("a", 1), ("b", 1)]
print(sorted(data), sorted(data, key=lambda p: p[1]),
    sorted(data, key=lambda p: p[0], reverse=True), sorted(data, reverse=True))
words = "the quick brown Fox jumps over The lazy dog".split()
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len),
    sorted(words, key=lambda w: (-len(w), w.lower())))
a = [5, 2, 9, 1]
print(a.sort(), a, a.sort(reverse=True), a, sorted("hello"), sorted({3: 1, 1: 2}),
    sorted([2, 1.5, True, 0]), sorted([[2], [1, 5], [1]]))
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda x, y: y - x)),
    sorted(range(20), key=lambda i: i * 7 % 20), sorted([]))
class Item:
    def __init__(self, n): self.n = n
    def __lt__(self, other): return self.n < other.n
    def __repr__(self): return f"I{self.n}"
print(sorted([Item(3), Item(1), Item(2)]), max([Item(3), Item(5)], key=lambda i: i.n))
for f in (lambda: sorted([1, "a"]), lambda: sorted([None, 1]), lambda: [1, 2].sort(5),
        lambda: sorted([1, 2], key=5), lambda: sorted(5), lambda: sorted([1j, 2j]),
        lambda: sorted([object(), object()])):
    try:
        f()
    except TypeError as e:
        print(e)
