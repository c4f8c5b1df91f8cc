async def one(i):
    return i
async def main():
    total = 0
    for i in range(60):
        total += await one(i)
    return total
try:
    main().send(None)
except StopIteration as stop:
    print(stop.value)
