ops = [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a,
    b: a // b,
       lambda a, b: a % b, lambda a, b: a ** b, lambda a, b: a << b, lambda a, b: a & b, lambda a,
           b: a | b,
       lambda a, b: a ^ b, lambda a, b: a @ b, lambda a, b: a < b, lambda a, b: a >= b]
for op in ops:
    for a, b in ((1, "a"), (None, 1), (1, [2]), ({}, 1), (1, None)):
        try:
            print(op(a, b))
        except TypeError as e:
            print(e)
for f in (lambda: -"a", lambda: +[], lambda: ~1.5, lambda: -None):
    try:
        f()
    except TypeError as e:
        print(e)
