def inner(x):
    return x + 1
def outer(x):
    return inner(x) * 2
def main():
    total = 0
    for i in range(60):
        total += outer(i)
    return total
print(main())
