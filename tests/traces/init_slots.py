class Point:
    __slots__ = ("x", "y")
    def __init__(self, x, y):
        self.x = x
        self.y = y
def main():
    total = 0
    for i in range(60):
        total += Point(i, 1).y
    return total
print(main())
