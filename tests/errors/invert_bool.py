def invert(value):
    return ~value


print(invert(True))
print(invert(1 < 2))
print(invert(False))
