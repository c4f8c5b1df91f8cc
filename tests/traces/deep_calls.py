def depth(n):
    if n == 0:
        return 0
    return depth(n - 1) + 1
def main():
    total = 0
    for i in range(40):
        total += depth(20)
    return total
print(main())
