code = compile("x = 1\ny = x + 1\n", "demo.py", "exec")
ns = {}
exec(code, ns)
print(ns["y"], code.co_filename, code.co_name, code.co_names, code.co_consts, code.co_firstlineno,
    type(code).__name__)
single = compile("1 + 1; 'text'; None", "s", "single")
exec(single)
print(eval(compile("a + 1", "e", "eval"), {"a": 5}))
def f(a, b, *c, d=1, **e):
    x = a
    def g(): return x
    return g
c = f.__code__
print(c.co_argcount, c.co_kwonlyargcount, c.co_posonlyargcount, c.co_varnames, c.co_cellvars,
    c.co_freevars, c.co_nlocals, c.co_flags & 12, c.co_qualname, f(1, 2).__code__.co_freevars)
h = f.__code__.replace(co_name="renamed")
print(h.co_name, h == c, c == f.__code__, [l for *_,
    l in c.co_lines() if l][:1] == [c.co_firstlineno])
for args in (("1 +", "f", "exec"), ("x", "f", "zzz"), (5, "f", "exec"), ("a\0b", "f", "exec"),
        ("1; 2", "f", "eval"), ("if 1:\npass", "f", "exec"), ("  x", "f", "exec"),
        ("'abc", "f", "exec"), ("(", "f", "exec"), ("a b", "f", "exec")):
    try:
        compile(*args)
    except (SyntaxError, ValueError, TypeError) as e:
        print(type(e).__name__, e.msg if isinstance(e, SyntaxError) else e)
print(eval(b"1 + 2"), eval("# c\n5"), compile("pass", "f", "exec").co_consts)
