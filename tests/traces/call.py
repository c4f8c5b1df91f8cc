def add(a, b):
    return a + b
def main():
    total = 0
    for i in range(60):
        total = add(total, i)
    return total
print(main())
