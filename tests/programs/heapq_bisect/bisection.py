import bisect
a = [1, 3, 3, 3, 7]
print([(bisect.bisect_left(a, x), bisect.bisect_right(a, x)) for x in (0, 1, 2, 3, 4, 7, 9)],
    bisect.bisect(a, 3, 2), bisect.bisect_left(a, 3, lo=2, hi=3), bisect.bisect([], 5))
bisect.insort(a, 4); bisect.insort_left(a, 3); bisect.insort(a, 100)
print(a)
rows = [("a", 1), ("b", 5), ("c", 9)]
print(bisect.bisect_left(rows, 5, key=lambda r: r[1]),
    bisect.bisect_right(rows, 6, key=lambda r: r[1]))
bisect.insort(rows, ("x", 6), key=lambda r: r[1])
print(rows)
def grade(s): return "FDCBA"[bisect.bisect([60, 70, 80, 90], s)]
print([grade(s) for s in (33, 60, 77, 89, 90, 100)])
for f in (lambda: bisect.bisect([1, 2], 1, lo=-1), lambda: bisect.bisect([1, "a"], 2),
        lambda: bisect.bisect(5, 1), lambda: bisect.insort((1,), 2)):
    try:
        print(f())
    except (ValueError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
