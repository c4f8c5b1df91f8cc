def scale(x, *, by=2):
    return x * by
def main():
    total = 0
    for i in range(60):
        total += scale(i, by=3)
    return total
print(main())
