# Every way through these loops changes the sum in another manner, so that one that is taken when it should not be shows.

def conditions(n):
    way = i = 0
    while i < n:
        i += 1
        if i % 3 == 0:
            way = (way * 31 + 1) % 65521
        elif i % 5 < 2:
            way = (way * 31 + 2) % 65521
        else:
            way = (way * 31 + 3) % 65521
        if i & 1:
            way = (way * 31 + 4) % 65521
        if not i % 4:
            way = (way * 31 + 5) % 65521
        way = (way * 31 + (6 if i % 11 > 4 else 7)) % 65521
    else:
        way += 100000
    return i, way


def nothing_or_not(things):
    way = 0
    for thing in things:
        if thing is None:
            way = (way * 31 + 1) % 65521
            continue
        if not thing:
            way = (way * 31 + 2) % 65521
        if thing is not things:
            way = (way * 31 + 3 + len(thing)) % 65521
    return way


def nested(rows):
    way = 0
    for row in rows:
        for cell in row:
            if cell < 0:
                way = (way * 31 + 1) % 65521
                break
            way = (way * 31 + 2 + cell) % 65521
        else:
            way = (way * 31 + 3) % 65521
        for i in range(len(row)):
            if i == 3:
                way = (way * 31 + 4) % 65521
                continue
            way = (way * 31 + 5 + i) % 65521
        way = (way * 31 + 6) % 65521
    return way


def search(numbers, wanted):
    for at, number in enumerate(numbers):
        if number == wanted:
            return at
    return -1


def several(n):
    way = 0
    numbers = list(range(1, 20))
    for i in range(n):
        way = (way * 31 + search(numbers, i % 23)) % 65521
    return way


class Counter:
    def __init__(self):
        self.way = 0

    def add(self, n):
        if n % 2:
            self.way = (self.way * 31 + n) % 65521
        else:
            self.way = (self.way * 37 + n) % 65521


def methods(n):
    counter = Counter()
    for i in range(n):
        counter.add(i)
        if counter.way > 30000:
            counter.way += 1
    return counter.way


print(conditions(400))
print(nothing_or_not([None, "ab", "", [1], (), None, {2: 3}] * 40))
print(nested([[1, 2, 3, 4], [5, -1, 6], [7], [8, 9]] * 40))
print(several(300))
print(methods(300))
