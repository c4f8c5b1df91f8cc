from itertools import *
print(list(product("ab", [1, 2])), list(product([0, 1], repeat=3)), list(product()),
    list(product("a", [])), list(permutations([1, 2, 3])), list(permutations("abc", 2)),
    list(permutations([1], 2)), list(combinations("abcd", 2)), list(combinations([1, 2], 3)),
    list(combinations_with_replacement("abc", 2)), list(combinations([], 0)))
print(sum(1 for _ in permutations(range(6))), sum(1 for _ in combinations(range(20), 5)),
    len(list(product(range(10), repeat=4))), next(islice(permutations(range(8)), 5000, None)))
for k, g in groupby("aaabbca"): print(k, list(g), end=" ")
print()
print([(k, list(g)) for k, g in groupby(sorted(["bb", "a", "cc", "d"], key=len), key=len)],
    list(groupby([])))
groups = [g for k, g in groupby("aabb")]
print([list(g) for g in groups])
it = groupby([1, 1, 2, 2])
k, g = next(it)
k2, g2 = next(it)
print(k, list(g), k2, list(g2))
for f in (lambda: combinations("ab", -1), lambda: permutations("ab", -1),
        lambda: product("a", repeat=-1), lambda: combinations("ab"), lambda: groupby(5),
        lambda: permutations("ab", "x")):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
