def add(a, b):
    return a + b
def main():
    total = 0
    pair = (1, 2)
    for i in range(60):
        total += add(*pair)
    return total
print(main())
