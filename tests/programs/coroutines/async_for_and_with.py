log = []
class Pause:
    def __await__(self): yield
class Range:
    def __init__(self, n): self.n, self.i = n, 0
    def __aiter__(self): return self
    async def __anext__(self):
        await Pause()
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        return self.i
class CM:
    def __init__(self, name, swallow=False): self.name, self.swallow = name, swallow
    async def __aenter__(self):
        await Pause()
        log.append("enter " + self.name)
        return self.name
    async def __aexit__(self, t, v, tb):
        await Pause()
        log.append(f"exit {self.name} {t and t.__name__}")
        return self.swallow
async def main():
    out = []
    async for x in Range(3): out.append(x)
    else: out.append("else")
    async with CM("a") as a, CM("b") as b: out.append(a + b)
    async with CM("c", True): raise ValueError("v")
    try:
        async with CM("d"): raise KeyError("k")
    except KeyError as e: out.append(repr(e))
    out.append([x async for x in Range(3) if x != 2])
    out.append({x: x * 2 async for x in Range(2)})
    out.append([y for x in [1, 2] async for y in Range(x)])
    out.append([await f(x) for x in range(3)])
    return out
async def f(x): await Pause(); return x * 10
steps = 0
c = main()
try:
    while True:
        c.send(None); steps += 1
except StopIteration as e:
    print(e.value, steps, log)
async def wrong():
    async for x in [1]: pass
async def wrong2():
    async with 5: pass
class NoAwait:
    def __aiter__(self): return self
    def __anext__(self): return 5
async def wrong3():
    async for x in NoAwait(): pass
for w in (wrong, wrong2, wrong3):
    try:
        w().send(None)
    except TypeError as e:
        print(e)
