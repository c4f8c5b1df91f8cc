def main():
    count = 0
    for i in range(400):
        if i & 1: count += 1
        if i & 2: count += 1
        if i & 4: count += 1
        if i & 8: count += 1
        if i & 16: count += 1
        if i & 32: count += 1
    return count
print(main())
