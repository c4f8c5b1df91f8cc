def g():
    x = yield
    y = yield x
    z = yield from y
    return z
def h():
    try:
        yield 1
    finally:
        yield 2
async def a():
    yield 1
    await b
    async for x in y:
        yield x
    else:
        return
async def c():
    return await d(), [await e]
