def counter():
    n = 0
    def step():
        nonlocal n
        n += 1
        return n
    return step
def main():
    step = counter()
    total = 0
    for i in range(60):
        total += step()
    return total
print(main())
