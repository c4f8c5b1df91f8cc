def main(items):
    caught = 0
    for item in items:
        try:
            caught += int(item)
        except ValueError:
            caught -= 1
    return caught
print(main(["1", "2", "3"] * 20 + ["x"]))
