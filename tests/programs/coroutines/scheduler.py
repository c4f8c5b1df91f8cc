from collections import deque
class Sleep:
    def __init__(self, n): self.n = n
    def __await__(self):
        for _ in range(self.n): yield
class Event:
    def __init__(self): self.set_ = False
    def __await__(self):
        while not self.set_: yield
        return "event"
log = []
ev = Event()
async def worker(name, n):
    for i in range(n):
        log.append(f"{name}{i}")
        await Sleep(i)
    return name, n
async def waiter():
    log.append("waiting")
    r = await ev
    log.append(r)
    return "waited"
async def setter():
    await Sleep(5)
    ev.set_ = True
    raise ValueError("setter fails")
def run_all(*coros):
    queue = deque(enumerate(coros))
    results = {}
    while queue:
        i, c = queue.popleft()
        try:
            c.send(None)
        except StopIteration as e:
            results[i] = e.value
        except Exception as e:
            results[i] = repr(e)
        else:
            queue.append((i, c))
    return [results[i] for i in sorted(results)]
print(run_all(worker("a", 3), worker("b", 2), waiter(), setter()))
print(log)
async def deep(n): return 0 if n == 0 else 1 + await deep(n - 1)
print(run_all(deep(150)))
import types
@types.coroutine
def legacy():
    x = yield "legacy"
    return x
async def use(): return await legacy()
u = use()
print(u.send(None))
try:
    u.send(9)
except StopIteration as e:
    print(e.value)
