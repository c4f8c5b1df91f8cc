# A statement that may write any local, in a loop whose other locals change: each round sees its own.
def compare(cases):
    wrong = []
    for x in cases:
        for y in cases:
            smaller = x < y
            import math
            above = x >= y
            if above is smaller:
                wrong.append((x, y))
            floor = math.floor(x + y)
            if floor != int(x + y // 1 + y % 1):
                wrong.append((x, y, floor))
    return wrong


class Counter:
    def __init__(self):
        self.seen = []

    def look(self, first, second):
        if not first == second:
            self.seen.append((first, second))


def look_at(cases):
    counter = Counter()
    look = counter.look
    for x in cases:
        for y in cases:
            order = (x > y) - (x < y)
            import builtins
            builtins.LAST = (x, y, order)
            look(order, (x > y) - (x < y))
            look(x == y, order == 0)
            look(x < y, order < 0)
            look(x >= y, order >= 0)
    return counter.seen, builtins.LAST


def rewritten():
    total = 0
    for i in range(60):
        if i % 7 == 3:
            i = i * 2
        from os import sep as kept
        total += i + len(kept)
        kept = i
        total += kept
    return total


print(compare([0, 1, 0.5, 2, 3.25, 1e20, -1]))
print(look_at([0, 1, 1.0, 2, 0.001, 1e20, True, -3]))
print(rewritten())
