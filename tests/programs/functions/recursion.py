import sys
def fact(n): return 1 if n == 0 else n * fact(n - 1)
def ack(m, n): return n + 1 if m == 0 else ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))
def even(n): return n == 0 or odd(n - 1)
def odd(n): return n != 0 and even(n - 1)
print(fact(50), ack(2, 5), even(300), odd(301))
def depth(n=0):
    try:
        return depth(n + 1)
    except RecursionError as e:
        return n, str(e)
n, message = depth()
print(900 < n < 1000, message)
old = sys.getrecursionlimit()
sys.setrecursionlimit(5000)
def down(n): return 0 if n == 0 else 1 + down(n - 1)
print(down(4000), old)
sys.setrecursionlimit(old)
try:
    down(4000)
except RecursionError as e:
    print(e)
for bad in (0, -1, "a"):
    try:
        sys.setrecursionlimit(bad)
    except (ValueError, TypeError) as e:
        print(e)
