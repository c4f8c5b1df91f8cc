values = [1, 1.0, 1.5, -0.0, 0, True, 2**53, 2.0**53 + 2, float("inf"), -float("inf")]
for a in values:
    print([a < b for b in values], [a == b for b in values])
print(sorted(values, key=lambda v: (v, str(type(v)))))
print(1 < 1.5 < 2, 1 < 2.5 > 2, 1.0 == 1 == True)
