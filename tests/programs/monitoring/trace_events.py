# The events of sys.settrace and sys.setprofile.
import sys
log=[]
def tr(f,ev,arg):
    if f.f_code.co_filename!=__file__: return
    if isinstance(arg,tuple): arg=(arg[0].__name__, str(arg[1]))
    if callable(arg): arg=arg.__name__
    log.append((ev,f.f_code.co_name,f.f_lineno,arg))
    return tr
def run(f,*a, setter=sys.settrace):
    log.clear()
    setter(tr)
    try:
        try: f(*a)
        except Exception as e: pass
    finally: setter(None)
    print('==',f.__name__,setter.__name__)
    for l in log: print(*(str(x).split(" at 0x")[0] for x in l))
def gen(n):
    for i in range(n): yield i
    return 5
def a():
    for x in gen(2): pass
    y = [i for i in range(2)]
    while y: y.pop()
def b():
    try:
        1/0
    except ZeroDivisionError as e:
        z = 1
    finally:
        w = 2
    with open('/dev/null') as f: pass
    raise KeyError(3)
class C:
    x = 1
    def m(self): return len([1])
def c():
    class D(C):
        y = 2
    D().m()
    sorted([3,1],key=lambda v:-v)
def d():
    g=gen(3); next(g)
    try: g.throw(ValueError)
    except ValueError: pass
def e():
    x = 0
    while x < 3: x += 1
    for q in range(2): x += q
    if x: 
        x = 1
    else: x = 2
    def inner(
        p,
        q=3):
        return p
    inner(
        1,
        2)
    return (x
       if x else
       0)
async def co():
    return 3
async def co2():
    await co()
    async for x in ag(): pass
async def ag():
    yield 1
def f():
    try: co2().send(None)
    except StopIteration as s: pass
for t in (a,b,c,d,e,f):
    run(t); run(t,setter=sys.setprofile)
def opc(f,ev,arg):
    f.f_trace_opcodes=True; f.f_trace_lines=False
    log.append((ev,f.f_lineno,f.f_lasti)); return opc
def small(x):
    x=x+1
    return x
sys.settrace(opc); small(1); sys.settrace(None)
print([l for l in log if 1][-8:])
log.clear()
def bad(f,ev,arg):
    log.append(ev)
    if ev=='line': raise RuntimeError('bad')
    return bad
sys.settrace(bad)
try: small(1)
except RuntimeError as e: print('caught',e, sys.gettrace(), log)
fr=sys._getframe(); print(fr.f_trace, fr.f_trace_lines, fr.f_trace_opcodes)
def local():
    fr=sys._getframe()
    def t(f,ev,a): log.append((ev,f.f_lineno)); return t
    sys.settrace(lambda *a: None)
    fr.f_trace=t
    x=1
    y=2
    sys.settrace(None)
log.clear(); local(); print(log)
