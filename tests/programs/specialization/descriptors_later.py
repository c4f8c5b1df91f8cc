# Attributes whose meaning changes after the sites have specialized.
def load(o): return o.x
def store(o, v): o.x = v
def show(what, f, *args):
    try: print(what, f(*args))
    except Exception as e: print(what, type(e).__name__, e)
def warm(o):
    for _ in range(100): load(o)

# property added later
class A: pass
a = A(); a.x = 1
warm(a); print(load(a))
A.x = property(lambda self: 'property')
print(load(a))
show('store', store, a, 3)
warm(a)
del A.x
print(load(a))

# a class attribute becomes a data descriptor through its own class
class D: pass
class B: x = D()
b = B(); b.x = 'own'
warm(b); print(load(b))
D.__get__ = lambda self, instance, owner: 'get'
print(load(b))
warm(b)
D.__set__ = lambda self, instance, value: print('set', value)
print(load(b)); store(b, 5); print(load(b))
warm(b)
for i in range(100): b.__dict__['x'] = i
del D.__set__
print(load(b))
del D.__get__
print(load(b))

# the same through a base, through __bases__ and through __class__ of the descriptor
class Base: pass
class D2(Base): pass
class E: x = D2()
e = E(); e.x = 'own'; f = E()
warm(e); print(load(e), type(load(f)) is D2)
Base.__get__ = lambda self, instance, owner: 'base get'
Base.__set__ = lambda self, instance, value: print('base set', value)
print(load(e), load(f)); store(e, 1)
class Plain: pass
class P2(Plain): pass
class G: x = P2()
g = G(); warm(g)
P2.__bases__ = (Base,)
print(load(g))
class H: x = P2()
class Q2(Plain): pass
H.x = Q2()
h = H(); h.x = 'own'; warm(h); print(load(h))
H.__dict__['x'].__class__ = type('R2', (Plain,), {'__get__': lambda *a: 'r2', '__set__': lambda *a: None})
print(load(h))

# property whose getter is replaced by a second __init__
class I:
    @property
    def x(self): return 'first'
i = I(); warm(i); print(load(i))
I.x.__init__(lambda self: 'second')
print(load(i))

# __getattr__ and __getattribute__ added later
class J: pass
j = J(); j.x = 1; warm(j)
J.__getattr__ = lambda self, name: 'hook ' + name
print(load(j)); del j.x; print(load(j)); warm(j); j.x = 2; print(load(j))
J.__getattribute__ = lambda self, name: 'all ' + name
print(load(j))
del J.__getattribute__
print(load(j))
del J.__getattr__
del j.x
show('gone', load, j)

# __setattr__ added later
class K: pass
k = K()
for n in range(100): store(k, n)
K.__setattr__ = lambda self, name, value: object.__setattr__(self, name, (value,))
store(k, 1); print(load(k))
del K.__setattr__
store(k, 1); print(load(k))

# non-descriptor class attribute, shadowed later
class L: x = 'class'
l = L(); warm(l); print(load(l))
L.x = 'class 2'; print(load(l))
l.x = 'own'; print(load(l))
m = L(); warm(m); m.__dict__['x'] = 'dict'; print(load(m)); warm(m)
m.__dict__ = {}; print(load(m))
