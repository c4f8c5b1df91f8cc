def down(n):
    return down(n + 1)

def mutual_a(n): return mutual_b(n)
def mutual_b(n): return mutual_a(n)

try:
    down(0)
except RecursionError as e:
    print(e)
mutual_a(0)
