# Conversion to and from decimal text of large numbers.
n = 1
for i in range(1, 120):
    n *= i
print(n)
print(len(str(7 ** 4000)))
print(int(str(7 ** 1000)) == 7 ** 1000)
print(-(10 ** 50), str(10 ** 50 - 1))
a, b = 0, 1
for _ in range(400):
    a, b = b, a + b
print(a)
print(a // 10 ** 40, a % 10 ** 40)
