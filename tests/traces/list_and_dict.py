def main():
    table = {}
    items = list(range(50))
    for i in items:
        table[i % 10] = items[i] + 1
    return sum(table.values())
print(main())
