def main():
    n = 0
    while n < 100:
        n += 3
    return n
print(main())
