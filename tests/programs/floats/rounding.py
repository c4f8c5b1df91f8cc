for x in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 0.125, 1e20, 1234.5678, -1234.5678):
    print(round(x), [round(x, n) for n in (0, 1, 2, 3, -1, -2, -5)])
print(round(1e308, -308), round(5e-324, 400), round(1.5, 400), round(1.5, -400),
    type(round(1.5, 0)), type(round(1.5, None)))
try:
    round(1.8e308 * 0.99999 if False else 1.7e308, -308)
except OverflowError as e:
    print(e)
