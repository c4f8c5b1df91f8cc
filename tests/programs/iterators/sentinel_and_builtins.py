values = iter([1, 2, 0, 3])
print(list(iter(lambda: next(values), 0)), list(values))
print(list(enumerate("ab", 5)), list(zip("abc", [1, 2])), list(zip()),
    list(map(lambda a, b: a + b, [1, 2], [10, 20, 30])), list(filter(None, [0, 1, "", "a"])),
    list(filter(lambda x: x > 1, [1, 2, 3])), list(reversed([1, 2])), list(map(str, range(3))))
z = zip([1, 2, 3], iter([1]))
print(next(z), list(z))
m = map(int, ["1", "x", "3"])
print(next(m))
try:
    next(m)
except ValueError as e:
    print(e)
print(next(m))
for f in (lambda: list(zip([1], [], strict=True)), lambda: list(zip([], [1], strict=True)),
        lambda: list(zip([1], [2], [], strict=True)),
        lambda: list(map(lambda x: x, [1], [2], strict=True)),
        lambda: list(map(int, [1], [], strict=True))):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
it = iter([1, 2, 3])
print(list(zip(it, it)), any([]), all([]), any(x > 2 for x in [1, 3]), sum([[1], [2]], []),
    sum(range(5), 100), min("b", "a"), max([1, 3, 2], key=lambda x: -x), min([], default=None),
    sorted(iter("cab")))
print(type(iter([])).__name__, type(iter(())).__name__, type(iter({})).__name__,
    type(iter(set())).__name__, type(iter(range(1))).__name__, type(iter(b"")).__name__,
    type(zip()).__name__, type(enumerate([])).__name__, type(iter(int, 1)).__name__)
