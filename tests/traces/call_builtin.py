def main():
    total = 0
    words = ["a", "bc", "def"]
    for i in range(60):
        total += len(words) + abs(i)
    return total
print(main())
