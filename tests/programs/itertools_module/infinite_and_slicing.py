from itertools import *
print(list(islice(count(), 3)), list(islice(count(5, -2), 3)), list(islice(count(0.5, 0.25), 3)),
    list(islice(cycle("ab"), 5)), list(cycle([])), list(repeat("x", 3)),
    list(islice(repeat(1), 2)), repeat(5, 2), count(3), count(1, 2))
print(list(islice("abcdef", 2)), list(islice("abcdef", 1, 4)), list(islice("abcdef", 0, None, 2)),
    list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])),
    list(filterfalse(lambda x: x % 2, range(6))), list(compress("abcdef", [1, 0, 1, 0, 1])),
    list(starmap(pow, [(2, 3), (3, 2)])), list(pairwise("abcd")), list(pairwise([1])),
    list(batched("abcdefg", 3)))
print(list(accumulate([1, 2, 3, 4])), list(accumulate([1, 2, 3], lambda a, b: a * b)),
    list(accumulate([1, 2], initial=100)), list(accumulate([])), list(chain("ab", [1], ())),
    list(chain.from_iterable(["ab", "cd"])), list(zip_longest("abc", [1], fillvalue="-")),
    list(zip_longest()))
a, b, c = tee([1, 2, 3], 3)
print(next(a), next(a), list(b), list(a), list(c))
for f in (lambda: islice([1], -1), lambda: islice([1], 0, 5, 0),
        lambda: list(batched("abc", 2, strict=True)), lambda: batched("a", 0), lambda: count("a"),
        lambda: repeat(), lambda: tee([], -1), lambda: chain(5).__next__(),
        lambda: list(starmap(pow, [5])), lambda: zip_longest([1], foo=2)):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
