class Counter:
    def __init__(self):
        self.count = 0
    def add(self, n):
        self.count += n
def main():
    counter = Counter()
    for i in range(60):
        counter.add(i)
    return counter.count
print(main())
