# A call site that has seen a method a hundred times meets another one.
class A:
    def f(self): return 'A.f'

class B(A): pass

def call(o): return o.f()

a, b = A(), B()
for _ in range(100): call(a); call(b)
print(call(a), call(b))
A.f = lambda self: 'A.f2'
print(call(a), call(b))
B.f = lambda self: 'B.f'
print(call(a), call(b))
del B.f
print(call(a), call(b))
for _ in range(100): call(b)
A.f = classmethod(lambda cls: cls.__name__)
print(call(a), call(b))
A.f = staticmethod(lambda: 'static')
print(call(a), call(b))
del A.f
try: call(a)
except AttributeError as e: print(e)

# shadowed by the instance
class C:
    def f(self): return 'C.f'
c, d = C(), C()
for _ in range(100): call(c); call(d)
c.f = lambda: 'own'
print(call(c), call(d))
for _ in range(100): call(c); call(d)
del c.f
print(call(c), call(d))
c.__dict__['f'] = lambda: 'in dict'
print(call(c), call(d))
d.__dict__ = {'f': lambda: 'in other dict'}
print(call(c), call(d))

# mutated inside the loop that runs hot
class M:
    def f(self): return 0
m = M()
out = []
for i in range(200):
    if i % 50 == 0:
        M.f = (lambda n: lambda self: n)(i)
    out.append(m.f())
print(out[49], out[50], out[99], out[100], out[199])

# __code__, __defaults__ of a called function and of __init__
def g(x, y=1): return x + y
def h(x, y): return x * y
def call_g(): return g(5, 6)
for _ in range(100): call_g()
print(call_g())
g.__code__ = h.__code__
print(call_g())
def call_g1(): return g(5)
for _ in range(100): call_g1()
g.__defaults__ = (100,)
print(call_g1())
g.__defaults__ = None
try: call_g1()
except TypeError as e: print(e)

class I:
    def __init__(self, a, b): self.v = (a, b)
def three(self, a, b, c): self.v = (a, b, c)
def star(self, *args): self.v = args
def one(self, a, b=0): self.v = a
def make(): return I(1, 2).v
for _ in range(100): make()
print(make())
I.__init__.__code__ = star.__code__
print(make())
for _ in range(100): make()
I.__init__.__code__ = three.__code__
try: make()
except TypeError as e: print(e)
I.__init__.__defaults__ = ('default',)
print(make())
I.__init__ = one
print(make())
for _ in range(100): make()
I.__new__ = lambda cls, *args: I0()
class I0: v = 'other'
print(make())
