# __class__ and __bases__ assignment, metaclass attributes, slots in other classes.
def load(o): return o.x
def store(o, v): o.x = v
def call(o): return o.f()
def show(what, f, *args):
    try: print(what, f(*args))
    except Exception as e: print(what, type(e).__name__, e)

class A:
    def f(self): return 'A'
class B:
    def f(self): return 'B'
class Empty: pass
o = A(); o.x = 1
for _ in range(100): call(o); load(o)
o.__class__ = B
print(call(o), load(o))
for _ in range(100): call(o); load(o)
o.__class__ = A
print(call(o), load(o))
out = []
for i in range(200):
    if i % 20 == 0: o.__class__ = B if o.__class__ is A else A
    out.append(call(o))
print(''.join(out[::10]))

class C(A): pass
class Other(Empty):
    def f(self): return 'Other'
c = C(); c.x = 2
for _ in range(100): call(c)
C.__bases__ = (B,)
print(call(c), load(c))
class Mid(Empty): pass
class Leaf(Mid): pass
leaf = Leaf(); Mid.f = lambda self: 'mid'
for _ in range(100): call(leaf)
Mid.f = lambda self: 'mid 2'
print(call(leaf))
Mid.__bases__ = (Other,); del Mid.f
print(call(leaf))

# class attributes, and the metaclass
class Meta(type): pass
class Meta2(type):
    @property
    def x(cls): return 'meta2 property'
class K: x = 1
class KM(metaclass=Meta): x = 'own'
for _ in range(100): load(K); load(KM)
K.x = 2; KM.x = 'own 2'
print(load(K), load(KM))
Meta.x = property(lambda cls: 'meta property')
print(load(K), load(KM))
del Meta.x
print(load(KM))
Meta.y = 'from meta'
def load_y(o): return o.y
for _ in range(100): load_y(KM)
KM.y = 'from class'
print(load_y(KM))
del KM.y
print(load_y(KM))
class K2(metaclass=Meta): x = 'k2'
for _ in range(100): load(K2)
K2.__class__ = Meta2
print(load(K2))
class KB: x = 'base'
class KD(KB): pass
for _ in range(100): load(KD)
KB.x = 'base 2'; print(load(KD))
KD.x = 'derived'; print(load(KD)); del KD.x; print(load(KD))
Meta.f = lambda cls: 'meta f'
for _ in range(100): call(KM)
KM.f = lambda: 'class f'
print(call(KM))

# construction
class N:
    def __init__(self, v): self.v = v
def new(cls, v): return cls(v)
for _ in range(100): new(N, 1)
N.__init__ = lambda self, v: setattr(self, 'v', v * 10)
print(new(N, 2).v)
class NM(type):
    def __call__(cls, *args): return 'called'
class N2:
    def __init__(self, v): self.v = v
for _ in range(100): new(N2, 1)
class N3(metaclass=Meta):
    def __init__(self, v): self.v = v
for _ in range(100): new(N3, 1)
Meta.__call__ = lambda cls, *args: ('meta call', args)
print(new(N3, 7)); del Meta.__call__
print(new(N3, 7).v)
N2.__new__ = lambda cls, v: 'new'
print(new(N2, 1))
class N4:
    def __init__(self, v): self.v = v
for _ in range(100): new(N4, 1)
N4.__init__ = None
show('init None', new, N4, 1)

# members of __slots__
class S:
    __slots__ = ('x', 'y')
s = S(); s.x = 1
for _ in range(100): load(s); store(s, 2)
S.x, S.y = S.y, S.x
show('unset', load, s)
store(s, 'in y'); print(s.x, s.y)
class T: pass
T.x = S.x
t = T()
show('not mine', load, t)
for _ in range(100):
    try: load(t)
    except TypeError: pass
    try: store(t, 1)
    except TypeError: pass
show('not mine', load, t); show('not mine', store, t, 1)
u = S(); store(u, 1)
for _ in range(100): load(u)
del u.x
show('deleted', load, u)
store(u, 9); print(load(u))
del S.x
show('no member', load, u); show('no member', store, u, 1)

# __getitem__, special methods
class G:
    def __getitem__(self, k): return ('first', k)
def item(o): return o[1]
g = G()
for _ in range(100): item(g)
G.__getitem__ = lambda self, k: ('second', k)
print(item(g))
G.__getitem__ = staticmethod(lambda k: ('static', k))
print(item(g))
del G.__getitem__
show('none', item, g)
class LS(list):
    def __getitem__(self, k): return 'sub'
for _ in range(100): item([1, 2])
print(item(LS([1, 2])))
for _ in range(100): item(LS([1, 2]))
print(item([1, 2]), item((3, 4)), item('ab'), item({1: 'd'}))
class DS(dict):
    def __missing__(self, k): return 'missing'
for _ in range(100): item({1: 2})
print(item(DS()))
