import sys
name = input("name? ")
print(f"hello {name}")
n = int(input())
print(sum(int(x) for x in input().split()), n)
print(repr(sys.stdin.readline()))
for line in sys.stdin:
    print(repr(line))
    if "stop" in line: break
print(repr(sys.stdin.read()), repr(sys.stdin.read()))
try:
    input("more? ")
except EOFError as e:
    print(e)
