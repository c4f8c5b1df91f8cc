"""Tasks, queues, timeouts, groups, a server and a client on one event loop."""
import asyncio
async def w(n,d):
    await asyncio.sleep(d); print('w',n); return n
async def main():
    r=await asyncio.gather(w(1,.6),w(2,.1),w(3,.35)); print(r)
    try:
        async with asyncio.timeout(.01): await asyncio.sleep(1)
    except TimeoutError: print('timeout')
    q=asyncio.Queue()
    async def prod():
        for i in range(3): await q.put(i); await asyncio.sleep(0)
    t=asyncio.create_task(prod())
    print([await q.get() for _ in range(3)]); await t
    async with asyncio.TaskGroup() as tg:
        a=tg.create_task(w('a',.3)); b=tg.create_task(w('b',0))
    print(a.result(),b.result())
    async def echo(r,wr):
        d=await r.readline(); wr.write(d.upper()); await wr.drain(); wr.close()
    s=await asyncio.start_server(echo,'127.0.0.1',0)
    port=s.sockets[0].getsockname()[1]
    r,wr=await asyncio.open_connection('127.0.0.1',port)
    wr.write(b'hello\n'); print(await r.readline()); wr.close(); s.close()
    c=asyncio.create_task(asyncio.sleep(9)); await asyncio.sleep(0); c.cancel()
    try: await c
    except asyncio.CancelledError: print('cancelled')
asyncio.run(main())
