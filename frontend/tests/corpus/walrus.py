if (n := len(a)) > 10: print(n)
while chunk := f.read(): pass
[y := 1, y**2]
def f(a):
    return any((last := x) for x in a), last
x[(i := 0)], f(k=(j := 1))
