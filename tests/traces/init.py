class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y
def main():
    total = 0
    for i in range(60):
        total += Point(i, 1).x
    return total
print(main())
