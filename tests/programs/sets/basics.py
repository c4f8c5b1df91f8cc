s = {3, 1, 2}
print(sorted(s), len(s), 1 in s, 9 in s, s == {1, 2, 3}, set(), {1, 1.0, True},
    sorted(set("hello")), frozenset([1]) == {1}, sorted(s | {9}), sorted(s & {1, 9}),
    sorted(s - {1}), sorted(s ^ {1, 9}), s <= {1, 2, 3, 4}, s < s, s >= {1}, s.isdisjoint({7}))
s.add(4); s.discard(100); s.remove(1); s.update([5, 6], {7})
print(sorted(s), sorted(s.union([1], (2,))), sorted(s.intersection([4, 5])),
    sorted(s.difference([4], [5])), sorted(s.symmetric_difference([4, 99])), s.issubset(range(10)),
    s.issuperset([4]))
s &= {4, 5, 6, 50}; print(sorted(s))
s -= {4}; print(sorted(s))
s ^= {5, 8}; print(sorted(s))
s |= {0}; print(sorted(s), s.copy() is s)
s.intersection_update([0, 6])
s.difference_update([0])
s.symmetric_difference_update([1])
print(sorted(s))
s.clear()
print(s, repr(frozenset()), frozenset("a"), {frozenset({1}): "k"}[frozenset([1])],
    hash(frozenset([1, 2])) == hash(frozenset([2, 1])), type(frozenset([1]) | {2}),
    type({1} | frozenset([2])))
for f in (lambda: s.remove(5), lambda: s.pop(), lambda: {[]}, lambda: {1} | [2], lambda: hash(s),
        lambda: {1} < [1], lambda: set(5), lambda: frozenset([1]).add(2), lambda: {1}.union(5),
        lambda: {1} + {2}):
    try:
        f()
    except (KeyError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
