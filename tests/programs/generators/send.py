def echo():
    received = []
    while True:
        x = yield len(received)
        if x is None: break
        received.append(x)
    return received
g = echo()
print(next(g), g.send("a"), g.send("b"))
try:
    g.send(None)
except StopIteration as e:
    print(e.value)
g = echo()
try:
    g.send(1)
except TypeError as e:
    print(e)
def averager():
    total = n = 0
    avg = None
    while True:
        x = yield avg
        total += x
        n += 1
        avg = total / n
a = averager()
next(a)
print([a.send(x) for x in (10, 20, 60)])
def expr():
    x = (yield 1) + (yield 2)
    y = [(yield 3), (yield 4)]
    return x, y
e = expr()
print(next(e), e.send(10), e.send(20), e.send("p"))
try:
    e.send("q")
except StopIteration as s:
    print(s.value)
def self_run():
    try:
        me.send(None)
    except ValueError as err:
        print(err)
    yield 1
me = self_run()
print(next(me))
