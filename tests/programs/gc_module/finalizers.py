import weakref, gc
class C: pass
def g():
    try: yield 1
    finally: print('closed')
def h():
    yield 1
x=g(); next(x); y=h(); next(y)
del x,y
gc.collect()
c=C(); r=weakref.ref(c, lambda r: print('cb', r()))
d=C(); d.c=c; d.d=d; c.d=d
del c,d
gc.collect(); print(r())
class Z:
    def __del__(s):
        global z; z=s; print('res', r2() is s)
z=Z(); r2=weakref.ref(z); z=None
gc.collect(); print(z is r2()); z=None; gc.collect(); print(r2())
class E:
    def __del__(s): 1/0
E(); gc.collect()
def raising(r): raise ValueError('x')
e=C(); r3=weakref.ref(e,raising); del e; gc.collect()
wd=weakref.WeakValueDictionary(); o=C(); wd[1]=o; print(len(wd)); del o; gc.collect(); print(len(wd))
async def co(): pass
co(); gc.collect()
print('end')
