def check(n):
    if n == 3:
        raise IndexError("three")
    return n

print([n for n in range(2)])
total = sum(check(n) for n in range(5) if n % 2)
