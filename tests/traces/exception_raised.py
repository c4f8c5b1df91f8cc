def main():
    caught = 0
    for i in range(200):
        try:
            raise ValueError(i)
        except ValueError:
            caught += 1
    return caught
print(main())
