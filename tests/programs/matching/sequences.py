def f(x):
    match x:
        case []: return "empty"
        case [a]: return f"one {a}"
        case [1, *rest]: return f"starts with 1 {rest}"
        case (a, [b, c]): return f"nested {a} {b} {c}"
        case [first, *_, "last"]: return f"ends {first}"
        case [_, _, _] | (_, _, _, _): return "three or four"
        case [*everything]: return f"all {len(everything)}"
        case _: return "no sequence"
from collections import deque
import array
for x in ([], (), [9], [1], [1, 2, 3], (5, [6, 7]), ["x", 0, 0, "last"], [2, 3, 4], (2, 3, 4, 5),
        range(7), deque([2, 2]), "abc", b"abc", bytearray(b"a"), {1: 2}, {1, 2}, iter([1]), None,
        memoryview(b"xy"), array.array("i", [3])):
    print(type(x).__name__, f(x))
class Seq:
    def __len__(self): return 2
    def __getitem__(self, i): return [0, 1][i]
import collections.abc
collections.abc.Sequence.register(Seq)
print(f(Seq()))
