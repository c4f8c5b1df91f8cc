for r in (range(5), range(0), range(2, 10, 3), range(10, 0, -3), range(-5, 5, 2), range(5, 5),
        range(2**63, 2**63 + 6, 2)):
    print(r, list(r), len(r), r.start, r.stop, r.step, list(reversed(r)), r[-1:] , r[::2], bool(r),
        3 in r, r.count(2))
r = range(0, 100, 7)
print(r[3], r[-1], r[2:5], r[::-1], r.index(14), 14 in r, 15 in r, 14.0 in r, "a" in r,
    r == range(0, 99, 7), hash(range(3)) == hash(range(0, 3, 1)), range(0) == range(5, 5), min(r),
    max(r), sum(r))
for f in (lambda: range(1, 2, 0), lambda: range(1.5), lambda: range(), lambda: range("a"),
        lambda: r[100], lambda: r.index(5), lambda: range(1, 2, 3, 4), lambda: len(range(2**64)),
        lambda: r < r, lambda: r.index("a"), lambda: setattr(r, "start", 1)):
    try:
        print(f())
    except (TypeError, ValueError, IndexError, OverflowError, AttributeError) as e:
        print(type(e).__name__, e)
print(range(2**100)[2**99], 2**99 in range(2**100), range(2**100).index(7))
