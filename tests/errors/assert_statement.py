def check(x):
    assert x > 0, f"x must be positive, not {x}"
    assert x
    return x
print(check(1))
try:
    assert (), ["any", "object"]
except AssertionError as e:
    print(e.args)
try:
    assert 0
except AssertionError as e:
    print(repr(e))
check(-1)
