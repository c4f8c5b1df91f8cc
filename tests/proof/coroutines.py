# Coroutines, asynchronous iteration, and what runs in a namespace.
async def step(i):
    return i


async def numbers(n):
    for i in range(n):
        yield i


class Context:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *rest):
        return None


async def work(n):
    for i in range(n):
        x = await step(i)
        async with Context() as c:
            x = c
        async for x in numbers(2):
            pass
        x = [j async for j in numbers(2)]


def drive(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration:
        pass


# Nothing is watched when the code is entered.
try:
    raise KeyError
except KeyError:
    exec("""
for i in range(12):
    x = i
    y = x + len("ab")
    z = y
    del z
    try:
        missing
    except NameError:
        class K:
            z = x
            t = locals()
            for j in range(3):
                w = z
                del w
                class L:
                    u = x
            def f(self): return y
    def outer(v):
        try:
            missing
        except NameError:
            class M:
                w = v
            return M
    outer(i)
""")


def walrus(n):
    for i in range(n):
        global shared
        shared = i
        x = shared
        del shared


for _ in range(3):
    drive(work(6))
    walrus(5)
