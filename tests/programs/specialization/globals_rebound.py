# Globals and builtins that come, go and change while the sites lean on them.
import builtins
def f(): return x
def g(): return len([1, 2, 3])
def show(what, f, *args):
    try: print(what, f(*args))
    except Exception as e: print(what, type(e).__name__, e)
x = 1
for _ in range(100): f(); g()
x = 2
print(f())
globals()['x'] = 3
print(f())
del x
show('deleted', f)
x = 4
print(f())
for _ in range(100): f()
del globals()['x']; globals()['x'] = 'again'
print(f())
for i in range(200): globals()['g%d' % i] = i
print(f(), g())
for i in range(200): del globals()['g%d' % i]
print(f(), g())

print(g())
len = lambda v: 'my len'
print(g())
for _ in range(100): g()
del len
print(g())
own = builtins.len
builtins.len = lambda v: 'their len'
print(g())
for _ in range(100): g()
builtins.len = own
print(g())
for _ in range(100): g()
del builtins.len
show('no len', g)
builtins.len = own
print(g())
def b(): return new_builtin
show('before', b)
builtins.new_builtin = 'new'
for _ in range(100): b()
print(b())
new_builtin = 'global'
print(b())
del new_builtin, builtins.new_builtin
show('after', b)

# one code, several globals
code = compile('def h(): return v\n', 'shared', 'exec')
spaces = [{'v': i} for i in range(3)]
for space in spaces: exec(code, space)
print([space['h']() for space in spaces for _ in range(60)][::60])
spaces[1]['v'] = 'one'; del spaces[2]['v']
print(spaces[0]['h'](), spaces[1]['h']())
show('gone', spaces[2]['h'])

# a dict that answers for missing names
class Names(dict):
    def __getitem__(self, key):
        if key == 'computed': return Names.answer
        return dict.__getitem__(self, key)
Names.answer = 1
space = Names(computed='stored', __builtins__=builtins)
exec('''
def k(): return computed
''', {}, space)
k = type(f)(space['k'].__code__, space)
out = [k() for _ in range(100)]
Names.answer = 2
print(out[0] == out[99], k() == out[0] or k() == 2)

# attributes of modules
import types
m = types.ModuleType('m')
m.v = 1
def attr(m): return m.v
for _ in range(100): attr(m)
m.v = 2; print(attr(m))
del m.v
show('no attribute', attr, m)
m.__getattr__ = lambda name: 'module hook ' + name
print(attr(m))
m.v = 3; print(attr(m))
for _ in range(100): attr(m)
class Mod(types.ModuleType):
    v = property(lambda self: 'property of the module class')
m.__class__ = Mod
print(attr(m))
for _ in range(100): attr(m)
m.__class__ = types.ModuleType
print(attr(m))
m.__dict__.clear()
show('cleared', attr, m)
