# Numbers: every operator and comparison on ints, floats and both, with results that fit and such that do not.
def ints(values):
    out = 0
    for a in values:
        for b in values:
            out = a + b
            out = a - b
            out = a * b
            out = a & b
            out = a | b
            out = a ^ b
            out = a < b
            out = a <= b
            out = a == b
            out = a != b
            out = a > b
            out = a >= b
            if b > 0:
                out = a // b
                out = a % b
                out = a / b
                if b < 40:
                    out = a << b
                    out = a >> b
            out += a
            out -= a
            out *= b
    return out


def floats(values):
    out = 0.0
    for a in values:
        for b in values:
            out = a + b
            out = a - b
            out = a * b
            if b:
                out = a / b
            out = a < b
            out = a <= b
            out = a == b
            out = a != b
            out = a > b
            out = a >= b
    return out


def mixed(values, others):
    for a in values:
        for b in others:
            out = a + b
            out = a - b
            out = a * b
            if b:
                out = a / b
            out = a < b
            out = a <= b
            out = a == b
            out = a != b
            out = a > b
            out = a >= b


def rest(values):
    for a in values:
        out = -a
        out = not a
        out = a is None
        out = a is not values
        out = abs(a)
        out = float(a)
        out = str(a)
        out = f"{a} {a!r} {a:>5}"
        if a:
            out = 1
        if not a:
            out = 2
        if out is None:
            out = 3
        if out is not None:
            out = 4
        while out:
            out = None
        out = a and 1
        out = a or 2
        out = 1 if a else 2
        if type(a) is int:
            out = ~a
        out = a ** 2
        out = divmod(a, 3)
        out = 0 < a < 10


def truth():
    for a in (True, False, True, False, True, False):
        if a:
            b = 1
        else:
            b = not a
        c = a and b
        c = a == b
        c = a & True
    for a in (None, 1, None, 2, None):
        if a is None:
            b = 1
        if a is not None:
            b = 2
        if a:
            b = 3
        if not a:
            b = 4


small = [1, 2, 3, 5, 8, 13, -1, -7, 0, 31]
for _ in range(3):
    ints(small)
    ints([1, 7, 2**31, 2**48 - 1, -2**48, 3])
    floats([1.5, 2.0, -3.25, 1e10, 0.0, 7.5])
    mixed([1, 2, 3, -4], [1.5, -2.0, 3.0])
    mixed([1.5, 2.5, -0.5], [1, 2, 3, -4])
    rest([1, 2, 3, 0, -5])
    rest([1.5, 2.5, 0.0])
    truth()
ints([2**62, 2**70, 3, -2**65])
mixed([2**54, 2**60, 1], [1.5, 2.0])
