import operator
for f in (operator.truediv, operator.floordiv, operator.mod, divmod):
    for a, b in ((1, 0), (1.5, 0), (1, 0.0), (2**70, 0), (True, False), (0, 0)):
        try:
            print(f(a, b))
        except ZeroDivisionError as e:
            print(f.__name__, a, b, e)
try:
    0 ** -1
except ZeroDivisionError as e:
    print(e)
try:
    pow(0, -1)
except ZeroDivisionError as e:
    print(e)
