def inner(n):
    for i in range(n):
        yield i
def outer(n):
    yield from inner(n)
print(sum(i for i in outer(60)))
