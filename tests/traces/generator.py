def count(n):
    for i in range(n):
        yield i
def main():
    total = 0
    for i in count(60):
        total += i
    return total
print(main())
