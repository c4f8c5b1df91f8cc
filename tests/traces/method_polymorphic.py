class Cat:
    def legs(self): return 4
class Bird:
    def legs(self): return 2
def main():
    animals = [Cat(), Bird(), Cat()]
    total = 0
    for i in range(90):
        total += animals[i % 3].legs()
    return total
print(main())
