[x for x in y]
{x for x in y if x}
{x: z for x, z in y}
(x for x in y for z in x if z if x)
[[a for a in b] for b in c]
def f(a):
    b = [a + x for x in range(a)]
    return [lambda: x for x in b], {k: v for k, v in zip(b, b)}, (y := 1, [y := z for z in b])
class C:
    n = 3
    l = [i for i in range(n)]
async def g(a):
    return [x async for x in a], [await x for x in a], {x async for x in a if await x}, (x async for x in a)
