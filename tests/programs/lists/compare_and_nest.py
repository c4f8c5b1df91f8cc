a = [1, [2, [3, [4]]]]
b = [1, [2, [3, [4]]]]
print(a == b, a is b, a[1] is b[1], a[1][1][1][0], a < [1, [2, [3, [5]]]], [1, 2] < [1, 2, 0],
    [1, "a"] == [1, "a"], [1.0] == [1], [True] == [1], [] == (), [[]] == [[]])
a.append(a)
print(a, a[2] is a, len(a))
c = [a, a]
print(c)
x = []
x.append(x)
try:
    y = []
    y.append(y)
    print(x == y)
except RecursionError as e:
    print("RecursionError")
print([1, 2] > [1], max([1, 2], [1, 3]), min([[3], [2, 9]]))
grid = [[0] * 3 for _ in range(2)]
grid[0][1] = 5
alias = [[0] * 3] * 2
alias[0][1] = 5
print(grid, alias)
