def search(n, items):
    for x in items:
        if x == n:
            print("found", x)
            break
    else:
        print("not found")
search(2, [1, 2, 3]); search(9, [1, 2, 3]); search(1, [])
i = 0
while i < 3:
    i += 1
    if i == 5: break
else:
    print("loop ended", i)
for i in range(3):
    for j in range(3):
        if j == 1: continue
        if i == 1: break
        print(i, j)
    else:
        print("inner done", i)
for x in range(3):
    x = 10
print(x)
for a, (b, *c) in [(1, (2, 3, 4)), (5, "xy")]:
    print(a, b, c)
d = {}
for d["k"] in range(3): pass
for lst in [[0]]:
    for lst[0] in "ab": pass
print(d, lst)
def early():
    for i in range(10):
        try:
            if i == 3: return i
        finally:
            print("f", i)
print(early())
