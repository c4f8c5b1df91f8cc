cases = [set(), {1}, {1, 2}, {2, 3}, {1, 2, 3}, frozenset([1, 2])]
for a in cases:
    print([(a <= b, a < b, a == b, a.isdisjoint(b), len(a | b), len(a & b), len(a ^ b),
        len(a - b)) for b in cases])
print({frozenset()} == {frozenset([])}, {1} in {frozenset([1])}, {1, 2} != {2, 1}, {1} == [1],
    bool(set()), set([1, [2]][:1]), {i % 3 for i in range(10)} == {0, 1, 2})
it = iter({1, 2})
s = {1, 2, 3}
try:
    for x in s:
        s.add(x + 10)
except RuntimeError as e:
    print(e)
class S(set):
    pass
print(type(S([1]) | {2}).__name__, S([1]) == {1}, repr(S([1])), S([1]).copy().__class__.__name__,
    sorted(S("ab")))
