# Sets keep marks of the hashes of their elements; these tell what a set surely lacks. Random operations on
# sets of several kinds, some with elements removed, some whose comparisons are told or raise.
import sys


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        return (self.state >> 33) % n


class Told:
    calls = []

    def __init__(self, hash, name):
        self.hash, self.name = hash, name

    def __hash__(self):
        return self.hash

    def __eq__(self, other):
        Told.calls.append((self.name, getattr(other, "name", other)))
        return isinstance(other, Told) and self.name == other.name

    def __repr__(self):
        return self.name


def shown(value):
    return sorted(map(repr, value)) if isinstance(value, (set, frozenset)) else value


KINDS = {
    "small": lambda r: r.below(40),
    "marks": lambda r: 63 + 64 * r.below(6),
    "wide": lambda r: r.below(1 << 40) * (1 - 2 * r.below(2)),
    "bytes": lambda r: bytes([r.below(30)]),
    "tuple": lambda r: (r.below(8), r.below(3)),
    "mixed": lambda r: [r.below(20), float(r.below(20)), r.below(20) == 3, None, int, str][r.below(6)],
}


def some(r, kind, n):
    result = set()
    for _ in range(n):
        result.add(kind(r))
    while r.below(3) == 0 and result:
        result.discard(kind(r))
        if result and kind is not KINDS["bytes"]:
            result.pop()
    return result


def compare_all(a, b):
    return (a <= b, a < b, a >= b, a > b, a == b, a != b, a.isdisjoint(b), a.issubset(b), a.issuperset(b))


total = 0
for name, kind in KINDS.items():
    r = Random(len(name))
    lines = []
    for round in range(300):
        a, b = some(r, kind, r.below(30)), some(r, kind, r.below(30))
        if r.below(2):
            a |= b
        if r.below(3) == 0:
            b = frozenset(b)
        both = (a & b, a | b, a - b, b - a, a ^ b)
        probes = [kind(r) in a for _ in range(5)]
        lines.append((compare_all(a, b), [sorted(map(repr, s)) for s in both], probes))
        c = set(a)
        c.difference_update(b)
        assert c == a - b and c <= a and c.isdisjoint(b), (a, b)
        c = a.copy()
        c.intersection_update(b)
        assert c == a & b and c <= a and c <= b, (a, b)
        c = a.copy()
        c.symmetric_difference_update(b)
        assert c == a ^ b and c == (a - b) | (b - a), (a, b)
        assert len(a | b) == len(a) + len(b) - len(a & b)
        assert all((x in a) == any(x == y for y in a) for x in b)
        if name in ("small", "wide", "marks"):
            lines.append(([*a], [*both[2]], [*both[0]], [*c]))
    text = repr(lines)
    check = 0
    for char in text:
        check = (check * 31 + ord(char)) % 1000000007
    if name != "mixed" and name != "bytes":
        print(name, len(text), check)
    else:
        print(name, len(lines))

# Which comparisons are made, and in which order.
for left, right in (
    ("a1 b2 c3", "A1 b2 d4"),
    ("a1 b2 c3", "c3 b2 a1"),
    ("a1 e9", "A1 B2 C3"),
    ("a1", "A65"),
    ("a63 b1", "A63 B1 C2"),
):
    def make(text):
        return {Told(int(word[1:]), word[0]) for word in text.split()}

    a, b = make(left), make(right)
    for operation in ("__le__", "__lt__", "__eq__", "__and__", "__sub__", "isdisjoint", "__or__", "__xor__"):
        Told.calls.clear()
        result = getattr(a, operation)(b)
        print(left, operation, right, shown(result), Told.calls)
    c = a | {1, 2, 3}
    Told.calls.clear()
    print(c <= b, {1, 2} <= c, c >= {1, 63}, Told.calls)


class Raises:
    def __init__(self, hash):
        self.hash = hash

    def __hash__(self):
        return self.hash

    def __eq__(self, other):
        raise ValueError("compared")


def attempt(f):
    try:
        return f()
    except (ValueError, RuntimeError) as e:
        return repr(e)


a, b = {Raises(1), 50}, {1, 2}
print(attempt(lambda: a <= b), attempt(lambda: b <= a), attempt(lambda: a & b), attempt(lambda: a.isdisjoint(b)))
a = {Raises(1), 50, 51, 52}
print(attempt(lambda: a <= {1, 2, 3, 4, 5}), attempt(lambda: {1, 9} <= a), attempt(lambda: {9, 8} <= a))


class Changes:
    def __init__(self, target):
        self.target = target

    def __hash__(self):
        return 5

    def __eq__(self, other):
        self.target.clear()
        return False


target = {5, 6, 7, 8}
target2 = {Changes(target), 6}
print(attempt(lambda: target2 <= target), target)
target = {5, 6, 7, 8}
print(attempt(lambda: target & {Changes(target), 6}), target)

# Iterators of sets, part of them taken.
for size in (0, 1, 3, 5, 8, 19, 100, 1000):
    s = {i * 5 % 1001 for i in range(size)}
    for taken in (0, 1, 2, 4, 7, 9, 18, 99, size):
        if taken > size:
            continue
        it = iter(s)
        first = [next(it) for _ in range(taken)]
        hint = it.__length_hint__()
        rest = {*it}
        assert hint == size - taken and len(rest) == hint and rest | set(first) == s
        assert it.__length_hint__() == 0 and [*it] == []
        it = iter(s)
        for _ in range(taken):
            next(it)
        left = list(it)
        assert first + left == list(s), (size, taken)
        it = iter(s)
        for _ in range(taken):
            next(it)
        assert max(it, default=None) == max(left, default=None)
        assert sum(iter(s)) == sum(list(s))
s = {1, 2, 3}
it = iter(s)
next(it)
s.add(4)
print(attempt(lambda: list(it)), attempt(lambda: list(it)), attempt(lambda: max(it)), it.__length_hint__())
it = iter(s)
next(it)
s.remove(4)
s.add(5)
print(sorted(it))
s = {"a", "b", "c"}
s.update(iter(s))
print(sorted(s), sorted(iter(s)), min(iter({3, 2.5, 7})), max(iter({3, 2**70, 7})))
big = set(range(3000))
for i in range(2990):
    big.discard(i)
print(big <= set(range(2980, 4000)), big <= {1, 2}, {2995} <= big, {5} <= big, 5 in big, 2995 in big, big.isdisjoint({5}), sorted(big))
big.clear()
print(big <= set(), 5 in big, set() <= big, big.isdisjoint({5}), big.discard(5))
