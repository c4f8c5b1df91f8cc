def find(items, wanted):
    for i in range(len(items)):
        if items[i] == wanted:
            return i
    return -1
print(sum(find([5, 6, 7], 7) for i in range(60)))
