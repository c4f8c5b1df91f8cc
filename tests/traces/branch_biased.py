def main():
    rare = often = 0
    for i in range(200):
        if i % 50 == 49:
            rare += 1
        else:
            often += 1
    return rare, often
print(main())
