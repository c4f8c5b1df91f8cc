def double(x):
    return x * 2
def square(x):
    return x * x
def main():
    total = 0
    for i in range(80):
        total += (double, square)[i & 1](i)
    return total
print(main())
