def main():
    total = 0
    for i in range(1000):
        if i % 2:
            continue
        if i > 200:
            break
        total += i
    return total
print(main())
