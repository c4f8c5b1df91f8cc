def main():
    total = 0
    for i in range(40):
        for j in range(2):
            total += i + j
    return total
print(main())
