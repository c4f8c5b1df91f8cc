with a: b
with a as b, c as d: e
with (a as b, c): d
def f():
    with a as (b, c):
        return b
    for x in y:
        with x:
            if x: continue
            break
async def g():
    async with a as b:
        await b
    async with a, b: return 1
