# Instances in dict mode, dicts that shrink and grow under a hint, changing shapes.
def load(o): return o.x
def store(o, v): o.x = v
def show(what, f, *args):
    try: print(what, f(*args))
    except Exception as e: print(what, type(e).__name__, e)

class A: pass
a = A(); a.__dict__['w'] = 0; a.__dict__['x'] = 1
for _ in range(100): load(a); store(a, 5)
print(load(a))
del a.w
a.__dict__['w'] = 1
print(load(a)); del a.x
show('deleted', load, a)
a.x = 2; print(load(a), list(a.__dict__.items()))
d = a.__dict__
for i in range(50): d['k%d' % i] = i
print(load(a))
for i in range(50): del d['k%d' % i]
print(load(a)); store(a, 'stored'); print(d)
a.__dict__ = {'x': 'small'}
print(load(a)); store(a, 'small 2'); print(a.__dict__, d['x'])
a.__dict__.clear()
show('cleared', load, a)
store(a, 1); print(a.__dict__)
d = a.__dict__
a.__dict__ = {}
store(a, 2); print(d, a.__dict__)
shared = {'x': 'shared'}
b, c = A(), A(); b.__dict__ = shared; c.__dict__ = shared
for _ in range(100): load(b); store(c, 'by c')
print(load(b), shared)

# the same attributes in other orders, many shapes at one site
objects = []
for i in range(20):
    o = A()
    for n in range(i % 7): setattr(o, 'a%d' % n, n)
    o.x = i
    objects.append(o)
print(sum(load(o) for _ in range(50) for o in objects))
for _ in range(50):
    for o in objects: store(o, load(o) + 1)
print([load(o) for o in objects])

# a new attribute: the transition is shared, the class changes in between
class B: pass
def init(o, v):
    o.p = v
    o.q = v + 1
made = []
for i in range(150):
    o = B()
    if i == 60: B.q = property(lambda self: 'q', lambda self, v: setattr(self, 'r', v))
    if i == 100: del B.q
    init(o, i)
    made.append(sorted(o.__dict__.items()))
print(made[59], made[60], made[99], made[100], made[149])
class Full: pass
def fill(o):
    for i in range(60): setattr(o, 'f%d' % i, i)
    o.last = 'last'
    return o.last
print([fill(Full()) for _ in range(5)][-1])

# attributes deleted and set again
class C:
    x = 'class'
o = C()
for i in range(100):
    store(o, i); load(o)
    if i % 10 == 0: del o.x
print(load(o)); del o.x; print(load(o))

# functions, exceptions and other natives with a dict of their own
def f(): pass
f.x = 1
for _ in range(100): load(f)
f.x = 2; print(load(f)); f.__dict__ = {'x': 3}; print(load(f)); del f.x; show('function', load, f)
e = ValueError(); e.x = 1
for _ in range(100): load(e)
e.x = 2; print(load(e)); del e.x
show('exception', load, e)
class IntSub(int): pass
n = IntSub(3); n.x = 'attr'
for _ in range(100): load(n)
n.real_x = 1; print(load(n), n + 1)

# operators: operands change their types at a hot site
def add(a, b): return a + b
def less(a, b): return a < b
def has(k, c): return k in c
def truth(v): return 'yes' if v else 'no'
class V:
    def __init__(self, n): self.n = n
    def __add__(self, o): return ('V', self.n)
    def __radd__(self, o): return ('rV', self.n)
    def __lt__(self, o): return 'lt'
    def __contains__(self, k): return k == 'in'
    def __bool__(self): return self.n > 0
big = 2 ** 49
for _ in range(100): add(1, 2); less(1, 2); has(1, {1: 2}); truth(1)
print(add(big, big), add(2 ** 62, 2 ** 62), add(1, 2.5), add('a', 'b'), add([1], [2]), add(True, True), add(V(1), 2), add(2, V(3)))
print(less(1, 2.5), less('a', 'b'), less(V(1), 2), less(2 ** 70, 1), less(True, 2))
print(has(1, {1}), has('in', V(1)), has(2, [1]), has({1}, {frozenset({1})}), has('b', 'abc'))
print(truth(V(0)), truth(V(1)), truth([]), truth(''), truth(0.0), truth(None), truth(2 ** 80), truth(False))
class I2(int):
    def __add__(self, o): return 'sub'
    def __lt__(self, o): return 'sub lt'
for _ in range(100): add(3, 4)
print(add(I2(1), 2), less(I2(1), 2), add(2 ** 49 - 1, 1) == 2 ** 49, add(-2 ** 49, -1) == -2 ** 49 - 1)
class S2(str):
    def __add__(self, o): return 'sub add'
for _ in range(100): add('x', 'y')
print(add(S2('a'), 'b'), add('a', S2('b')))

# iteration: the iterated changes at a hot loop
def total(it):
    t = 0
    for v in it: t += v
    return t
class It:
    def __iter__(self): return iter((1, 2, 3))
for _ in range(60): total(range(3))
print(total([1, 2]), total((3, 4)), total({5: 6}), total(v for v in (7, 8)), total(It()), total(range(2)))
numbers = [1, 2, 3]
def grow():
    t = 0
    for v in numbers:
        t += v
        if len(numbers) < 100: numbers.append(v)
    return t
print(grow(), len(numbers))
def gen(n):
    for i in range(n):
        got = yield i
def two(g): return [v for v in g]
for _ in range(60): two(gen(3))
print(two(gen(2)), two([1]), two(map(str, [1])))
def pair(p):
    a, b = p
    return a, b
for _ in range(60): pair((1, 2))
print(pair([3, 4]), pair('ab'), pair({5: 6, 7: 8}), pair(gen(2)))
for bad in ((1,), (1, 2, 3), [1], 5):
    show('pair', pair, bad)
