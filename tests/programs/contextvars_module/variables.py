import contextvars as c
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, str(e).split(' at 0x')[0])
v=c.ContextVar('v', default=1); w=c.ContextVar('w')
t(lambda: v.get()); t(lambda: w.get()); t(lambda: w.get(5)); tok=v.set(3); t(lambda: v.get()); t(lambda: tok.old_value is c.Token.MISSING); t(lambda: tok.var is v)
ctx=c.copy_context(); t(lambda: len(ctx)); t(lambda: ctx[v]); t(lambda: list(ctx)==[v])
def f(a,b=2):
    v.set(9); w.set(a); return (v.get(), b)
t(lambda: ctx.run(f,7,b=8)); t(lambda: (v.get(), ctx[v], ctx.get(w), ctx.get(c.ContextVar('z'),4)))
v.reset(tok); t(lambda: v.get()); t(lambda: v.reset(tok)); t(lambda: v.reset(3)); t(lambda: w.reset(tok))
t(lambda: ctx['a']); t(lambda: 'a' in ctx); t(lambda: ctx[c.ContextVar('q')]); t(lambda: c.ContextVar(3)); t(lambda: c.Token()); t(lambda: ctx.run())
t(lambda: ctx.run(lambda: ctx.run(f,1)))
t(lambda: c.ContextVar.__name__+c.Context.__module__+c.Token.__module__); t(lambda: c.Token.MISSING); t(lambda: isinstance(ctx, __import__('collections.abc').abc.Mapping))
t(lambda: (v.name, c.ContextVar[int], hash(v)==hash(v), v==v)); t(lambda: ctx==ctx.copy()); t(lambda: c.Context()==c.Context()); t(lambda: {c.Context():1})
t(lambda: sorted(x.name for x in ctx.keys())); t(lambda: sorted(ctx.values())); t(lambda: len(ctx.items()))
with v.set(77) as tk: t(lambda: v.get())
t(lambda: v.get())
