# Comparisons of ints and floats in a loop within `with`: the loop's variable is written in each round, and what calls other code forgets it.
import math


class Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False


class Rational:
    def __init__(self, value):
        if isinstance(value, int):
            self.n = value
            self.d = 1
        else:
            f, e = math.frexp(abs(value))
            top = 0
            while f:
                f = math.ldexp(f, 28)
                digit = int(f)
                top = (top << 28) | digit
                f -= digit
                e -= 28
            n, d = (top << e, 1) if e >= 0 else (top, 1 << -e)
            self.n = -n if value < 0 else n
            self.d = d

    def order(self, other):
        if not isinstance(other, Rational):
            other = Rational(other)
        x, y = self.n * other.d, self.d * other.n
        return (x > y) - (x < y)

    def __gt__(self, other):
        return self.order(other) > 0

    def __lt__(self, other):
        return self.order(other) < 0


class Test:
    def __init__(self):
        self.count = 0

    def part(self, **names):
        return Nothing()

    def equal(self, first, second, msg=None):
        self.count += 1
        if not first == second:
            raise AssertionError(repr(first) + ' != ' + repr(second))

    def run(self):
        eq = self.equal
        cases = [0, 0.001, 0.99, 1.0, 1.5, 1e20, 1e200]
        for t in 2.0**48, 2.0**50, 2.0**53:
            cases.extend([t - 1.0, t - 0.3, t, t + 0.3, t + 1.0, int(t - 1), int(t), int(t + 1)])
        cases.extend([0, 1, 2, 2**63 - 1, float(2**63 - 1)])
        t = int(1e200)
        cases.extend([0, 1, 2, 1 << 20000, t - 1, t, t + 1])
        cases.extend([-x for x in cases])
        for x in cases:
            rx = Rational(x)
            for y in cases:
                ry = Rational(y)
                order = (rx > ry) - (rx < ry)
                with self.part(x=x, y=y, order=order):
                    plain = (x > y) - (x < y)
                    eq(order, plain)
                    eq(x == y, order == 0)
                    eq(x != y, order != 0)
                    eq(x < y, order < 0)
                    eq(x <= y, order <= 0)
                    eq(x > y, order > 0)
                    eq(x >= y, order >= 0)
        print(self.count)


Test().run()
