async def f(a):
    async for x, y in a:
        if x: break
        if y: continue
        try:
            await x
        finally:
            await y
    async with a as b, c:
        async for z in b: return z
    return [i async for i in a if i], {k: v async for k, v in a}
