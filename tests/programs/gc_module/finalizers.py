import weakref, gc
# The collector takes words that native frames have left for references, and dispatch-switch has one frame for all Python code:
# what is to be found dead is made in a native frame of its own, which is gone by then.
def apart(f): next(map(f, [0]))
class C: pass
def g():
    try: yield 1
    finally: print('closed')
def h():
    yield 1
x=g(); next(x); y=h(); next(y)
del x,y
gc.collect()
def make(_):
    global r
    c=C(); r=weakref.ref(c, lambda r: print('cb', r()))
    d=C(); d.c=c; d.d=d; c.d=d
apart(make)
gc.collect(); print(r())
class Z:
    def __del__(s):
        global z; z=s; print('res', r2() is s)
def make(_):
    global r2
    z=Z(); r2=weakref.ref(z)
apart(make)
gc.collect(); apart(lambda _: print(z is r2())); z=None; gc.collect(); print(r2())
class E:
    def __del__(s): 1/0
apart(lambda _: E() and None); gc.collect()
def raising(r): raise ValueError('x')
def make(_):
    global r3
    e=C(); r3=weakref.ref(e,raising)
apart(make); gc.collect()
wd=weakref.WeakValueDictionary()
def make(_):
    o=C(); wd[1]=o; print(len(wd))
apart(make); gc.collect(); print(len(wd))
async def co(): pass
co(); gc.collect()
print('end')
