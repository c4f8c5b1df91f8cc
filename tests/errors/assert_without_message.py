value = [1, 2]
assert value == [1, 2]
assert len(value) == 3
