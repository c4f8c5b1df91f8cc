# sum() of floats compensates; fsum is exact.
import math
print(sum([0.1] * 10), sum([0.1] * 3), sum([1e16, 1.0, -1e16]), sum([1, 2.5, 3]),
    sum([0.1, 0.2, 0.3]))
print(math.fsum([0.1] * 10), math.fsum([1e16, 1.0, -1e16]), math.fsum([]),
    math.sumprod([1, 2, 3], [4, 5, 6.5]))
print(sum([], 1.5), sum([1e308, 1e308, -1e308]), sum([float("inf"), 1.0]), sum([-0.0]),
    sum([-0.0], -0.0))
total = 0.0
for i in range(1, 101):
    total += 1 / i
print(total, sum(1 / i for i in range(1, 101)))
