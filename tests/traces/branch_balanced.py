def main():
    left = right = 0
    for i in range(200):
        if i & 1:
            left += 1
        else:
            right += 1
    return left, right
print(main())
