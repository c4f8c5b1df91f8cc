a = [3, 1, 2]
def evil(x):
    a.append(x)
    return x
try:
    a.sort(key=evil)
except ValueError as e:
    print(e, a)
a = [3, 1, 2]
def peek(x):
    print("during", a)
    return x
a.sort(key=peek)
print(a)
class Boom:
    def __init__(self, n): self.n = n
    def __lt__(self, other):
        if other.n == 3: raise KeyError("boom")
        return self.n < other.n
b = [Boom(3), Boom(2), Boom(1)]
try:
    b.sort()
except KeyError as e:
    print(e, sorted(x.n for x in b))
