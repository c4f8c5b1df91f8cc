async def add(a, b): return a + b
async def main():
    x = await add(1, 2)
    y = await add(x, 10)
    return x, y
def run(coro):
    try:
        while True: coro.send(None)
    except StopIteration as e:
        return e.value
print(run(main()), type(main).__name__, main.__code__.co_flags & 0x80)
class Pause:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield ("paused", self.v)
        return ("resumed", got)
async def steps():
    a = await Pause(1)
    b = await Pause(2)
    return a, b
c = steps()
print(c.send(None), c.send("x"))
try:
    c.send("y")
except StopIteration as e:
    print(e.value)
c = steps()
c.send(None)
try:
    c.throw(ValueError("v"))
except ValueError as e:
    print("out", e)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
async def bad(): await 5
async def bad2():
    return [x for x in await 5]
for b in (bad, bad2):
    try:
        run(b())
    except TypeError as e:
        print(e)
n = main()
for f in (lambda: iter(n), lambda: next(n), lambda: [*n], lambda: n()):
    try:
        f()
    except TypeError as e:
        print(e)
n.close()
print(c.cr_running, c.cr_frame, repr(c).split(" at ")[0])
