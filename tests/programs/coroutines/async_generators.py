class Pause:
    def __await__(self): return (yield "p")
async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("got", got)
            await Pause()
    finally:
        print("agen closed")
def run(coro):
    try:
        while True: coro.send(None)
    except StopIteration as e:
        return e.value
async def main():
    out = [x async for x in agen(3)]
    g = agen(5)
    out.append(await anext(g))
    out.append(await g.asend("hello"))
    out.append(await g.__anext__())
    await g.aclose()
    try:
        await anext(g)
    except StopAsyncIteration: out.append("stopped")
    out.append(await anext(g, "default"))
    h = agen(3)
    await anext(h)
    try:
        await h.athrow(ValueError("thrown"))
    except ValueError as e: out.append(str(e))
    out.append([y async for y in (x * 2 async for x in agen(2))])
    return out
print(run(main()))
def sync():
    g = agen(1)
    return type(g).__name__, g.ag_running, aiter(g) is g, hasattr(g, "__next__")
print(sync())
async def swap():
    async for a in agen(2):
        async for b in agen(1):
            yield a, b
async def collect(): return [p async for p in swap()]
print(run(collect()))
