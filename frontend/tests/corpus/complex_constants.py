none = None
d = 2 * -0j
a = 1 - 0j
b = 0j - 1
c = -0.0 + 2j
e = (1 + 2j) * 3
f = (1 + 2j) / (3 + 4j)
g = 1 / 2j
h = 2j / 4
i = (1 + 1j) ** 2
j = 2 ** 1j
k = 1j ** -1
l = 0j ** 0
m = -1 - 0j
o = (2 - 0j) * True
p = [1 - 0j, "x", 3 + 4j]
def q(x=1 - 0j):
    if x == 2 - 0j:
        return 3.5 - 0j, -(4 - 0j)
match a:
    case 1 - 0j:
        r = 5 - 0j
