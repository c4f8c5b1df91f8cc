class Box:
    def __init__(self, n):
        self.n = n
    @property
    def twice(self):
        return self.n * 2
def main():
    box = Box(3)
    total = 0
    for i in range(60):
        total += box.twice
    return total
print(main())
