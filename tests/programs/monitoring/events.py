# All events of sys.monitoring, from small functions.
import sys
m=sys.monitoring; E=m.events
names={getattr(E,k).bit_length()-1:k for k in dir(E) if k[0]!='_' and getattr(E,k)}
log=[]
def rep(x):
    if hasattr(x,'co_name'): return x.co_name
    if isinstance(x,BaseException): return repr(x)
    if x is m.MISSING: return 'MISSING'
    if callable(x): return getattr(x,'__qualname__',str(type(x)))
    return repr(x).split(" at 0x")[0]
def mk(e):
    def cb(code,*a):
        if code.co_filename!=__file__: return
        f=sys._getframe(1)
        log.append((names[e],code.co_name,f.f_lineno,*map(rep,a)))
    return cb
m.use_tool_id(0,'t')
for e in range(18): m.register_callback(0,1<<e,mk(e))
def run(f,*a,ev=None):
    log.clear()
    ev = ev if ev is not None else sum(1<<e for e in range(16)) & ~E.INSTRUCTION
    m.set_events(0,ev)
    try:
        try: f(*a)
        except Exception as x: pass
    finally: m.set_events(0,0)
    print('==',f.__name__)
    for l in log: print(*l)
def g(n):
    try:
        for i in range(n): yield i
    except ValueError as e:
        yield 'v'
    return 7
def t1():
    x = g(2); next(x)
    try: x.throw(ValueError('q'))
    except StopIteration: pass
    list(x)
def t2():
    for q in g(1): pass
def sub():
    r = yield from g(1)
def t3():
    for q in sub(): pass
class It:
    def __iter__(self): return self
    def __next__(self): raise StopIteration
def t4():
    for q in It(): pass
def t5():
    try:
        1/0
    except ZeroDivisionError:
        pass
    try: raise KeyError
    finally: len([])
def t6():
    x=3
    y = x if x else 2; z = (x and
       y or x)
    while x: x -= 1
    while x < 3:
        x += 1
        if x == 2: break
    else: pass
class A:
    def __init__(self,*a): self.a = 1
    def m(self): return super().__init__()
def t7():
    a=A(1); a.m(); len([1]); [].append(3); print(end=''); b=a.m; b(); A.m(a); f=lambda *x,**k:0
    f(*[1,2]); f(*(),**{}); f(a=1); print(*[],end=''); int('3'); dict(a=1)
    len(3)
def t8():
    return [i for i in range(2) if i]
async def ag():
    yield 1
    yield 2
async def co():
    async for x in ag(): pass
    async with M(): pass
class M:
    async def __aenter__(self): return 1
    async def __aexit__(self,*a): return None
def t9():
    try: co().send(None)
    except StopIteration: pass
class Quiet:
    def __enter__(self): return self
    def __exit__(self, *a): pass
def t10():
    with Quiet() as f:
        if f: 1/0
def t11():
    def rec(n): return n and rec(n-1)
    rec(2)
def t12():
    x = g(1); next(x); x.close(); next(x,None)
for t in (t1,t2,t3,t4,t5,t6,t7,t8,t9,t10,t11,t12): run(t)
run(t6,ev=E.LINE); run(t6,ev=E.INSTRUCTION); run(t8,ev=E.LINE); run(t3,ev=E.STOP_ITERATION|E.PY_YIELD); run(t7, ev=E.CALL)
