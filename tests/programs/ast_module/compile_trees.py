"""Trees of ast nodes compile: as they were parsed, changed, made by hand; wrong ones are refused in CPython's words."""
import ast
import types
import warnings


def run(tree, mode="exec"):
    space = {}
    code = compile(ast.fix_missing_locations(tree), "<tree>", mode)
    return eval(code, space) if mode == "eval" else (exec(code, space), space)[1]


SOURCE = '''
"""Doc."""
from __future__ import annotations
import os.path as p, sys
from collections import *
@staticmethod
def f(a, /, b: int = 1, *args, c, d=2, **kw) -> str:
    "inner"
    global G
    G = a if b else c
    for i, (j, *k) in enumerate([(1, 2, 3)]):
        while i < 3:
            i += 1
            if i == 2: continue
            elif i == 1: pass
            else: break
        else:
            x = [y for y in range(3) if y if y > 1]
    try:
        raise ValueError from None
    except (TypeError, ValueError) as e:
        del e
    else:
        pass
    finally:
        z = lambda q, *r: (yield q)
    with open("f") as h, h as (s, t): pass
    return {**kw, "a": 1}, {1, *args}, a[1:2, ::3], f"{a!r:>{b}} {c=}", not -a
class C[T: int, *Ts, **P](list, metaclass=type, **{}):
    x: int = 1
    y: "str"
    async def g(self):
        nonlocal_ = [i async for i in self]
        async with self as q: await q
        async for _ in self: yield _
        return
    type A[X = int] = list[X]
def g(v):
    match v:
        case 1 | -1.5 | "s" | None | True: return 1
        case [a, *_, b] if a: return 2
        case {"k": w, **rest}: return 3
        case C(x=1, y=_) as whole: return 4
        case p.q: return 5
    assert v, "no"
    return t"{v} { v !r:>3}x", (w := 3), ..., 1j, 10**30, b"b", v.a.b(*v, **v, k=1), 1 < 2 < 3, a and b or c, v @ v
try:
    pass
except* OSError:
    pass
'''


def compare(one, other):
    for name in dir(one):
        if name.startswith("co_") and name not in ("co_consts", "co_lines", "co_positions", "co_branches", "co_lnotab"):
            if getattr(one, name) != getattr(other, name):
                print("differs", one.co_qualname, name)
    for a, b in zip(one.co_consts, other.co_consts, strict=True):
        if isinstance(a, types.CodeType):
            compare(a, b)
        elif repr(a) != repr(b):
            print("differs", a, b)


compare(compile(SOURCE, "s", "exec"), compile(ast.parse(SOURCE), "s", "exec"))
compare(compile("1 + x\n", "s", "eval"), compile(ast.parse("1 + x\n", mode="eval"), "s", "eval"))
compare(compile("1 + x\n", "s", "single"), compile(ast.parse("1 + x\n", mode="single"), "s", "single"))


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        if isinstance(node.value, int):
            return ast.copy_location(ast.Constant(node.value * 2), node)
        return node

    def visit_Assert(self, node):
        message = ast.Constant("failed: " + ast.unparse(node.test))
        call = ast.Call(ast.Name("print", ast.Load()), [message], [])
        return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), node.test), [ast.Expr(call)], []), node)


print(run(Double().visit(ast.parse("x = 1 + 20\nassert x == 21\ny = [x] * 2")))["y"])
print(run(ast.Expression(ast.BinOp(ast.Constant(2), ast.Pow(), ast.Constant(100))), "eval"))
print(run(ast.Expression(ast.Constant((1, frozenset([2]), b"x", "\ud800\ufffd", ..., 1.5, -3, -2**80))), "eval"))
run(ast.Interactive([ast.Expr(ast.Constant(42))]), "single")
print(run(ast.Expression(ast.JoinedStr([ast.Constant("a"), ast.FormattedValue(ast.Constant(3.14159), -1, ast.JoinedStr([ast.Constant(".2f")]))])), "eval"))
print(run(ast.Expression(ast.FormattedValue(ast.Constant("x"), 114)), "eval"))
print(run(ast.Expression(ast.TemplateStr([ast.Constant("a"), ast.Interpolation(ast.Constant(1), "one", -1)])), "eval"))
tree = ast.parse("def f():\n  1 / 0\nf()")
ast.increment_lineno(tree, 100)
try:
    exec(compile(tree, "moved.py", "exec"))
except ZeroDivisionError as error:
    trace = error.__traceback__.tb_next
    while trace:
        print(trace.tb_frame.f_code.co_name, trace.tb_lineno, list(trace.tb_frame.f_code.co_positions())[trace.tb_lasti // 2])
        trace = trace.tb_next
tree = ast.parse("1")
print(compile(tree, "x", "exec", ast.PyCF_ONLY_AST) is tree)
print(compile(ast.parse("assert 0\n'doc'"), "x", "exec", optimize=1).co_consts)
with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    compile(ast.parse("\nx is 1"), "w.py", "exec")
    print([(str(each.message), each.filename, each.lineno) for each in found])

P = {"lineno": 1, "col_offset": 0}
PP = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}


def name(id="a", ctx=ast.Load()):
    return ast.Name(id, ctx, **P)


def expr(value):
    return ast.Module([ast.Expr(value, **P)], [])


def stmt(cls, *args, **fields):
    return ast.Module([cls(*args, **fields, **P)], [])


WRONG = [
    (ast.Module([ast.Expr(ast.Constant(1))], []), "exec"),
    (ast.Module([1], []), "exec"),
    (ast.Module(1, []), "exec"),
    (ast.Module([None], []), "exec"),
    (ast.Module([ast.Pass(lineno="x", col_offset=0)], []), "exec"),
    (ast.Module([ast.Pass(lineno=3, col_offset=0, end_lineno=2, end_col_offset=0)], []), "exec"),
    (ast.Module([ast.Pass(lineno=3, col_offset=5, end_lineno=3, end_col_offset=2)], []), "exec"),
    (ast.Module([ast.Pass(lineno=3, col_offset=-5, end_lineno=3, end_col_offset=2)], []), "exec"),
    (ast.Expression(1), "eval"),
    (ast.Expression(name()), "exec"),
    (ast.parse("1"), "eval"),
    (ast.parse("1"), "single"),
    (expr(None), "exec"),
    (expr(ast.Constant([], **P)), "exec"),
    (expr(ast.Constant((1, []), **P)), "exec"),
    (expr(name("None")), "exec"),
    (expr(name(ctx=ast.Store())), "exec"),
    (expr(ast.Name(1, ast.Load(), **P)), "exec"),
    (expr(ast.BoolOp(ast.And(), [name()], **P)), "exec"),
    (expr(ast.Compare(name(), [], [], **P)), "exec"),
    (expr(ast.Compare(name(), [ast.Eq()], [name(), name()], **P)), "exec"),
    (expr(ast.Dict([name()], [], **P)), "exec"),
    (expr(ast.ListComp(name(), [], **P)), "exec"),
    (expr(ast.Call(name(), [None], [], **P)), "exec"),
    (expr(ast.BinOp(name(), ast.And(), name(), **P)), "exec"),
    (stmt(ast.Assign, [], name()), "exec"),
    (stmt(ast.Assign, [name()], name()), "exec"),
    (stmt(ast.Assign, [ast.Constant(1, **P)], name()), "exec"),
    (stmt(ast.Delete, []), "exec"),
    (stmt(ast.If, name(), [], []), "exec"),
    (stmt(ast.While, name(), [None], []), "exec"),
    (stmt(ast.Import, []), "exec"),
    (stmt(ast.ImportFrom, "x", [ast.alias("y", **P)], -1), "exec"),
    (stmt(ast.Global, []), "exec"),
    (stmt(ast.Global, [1]), "exec"),
    (stmt(ast.Raise, None, name()), "exec"),
    (stmt(ast.Try, [ast.Pass(**P)], [], [], []), "exec"),
    (stmt(ast.Try, [ast.Pass(**P)], [], [ast.Pass(**P)], [ast.Pass(**P)]), "exec"),
    (stmt(ast.AnnAssign, ast.Attribute(name(), "b", ast.Store(), **P), name(), None, 1), "exec"),
    (stmt(ast.With, [], [ast.Pass(**P)]), "exec"),
    (stmt(ast.FunctionDef, "f", ast.arguments([], [], None, [], [], None, [name()]), [ast.Pass(**P)], []), "exec"),
    (stmt(ast.FunctionDef, "f", ast.arguments([], [], None, [ast.arg("x", **P)], [], None, []), [ast.Pass(**P)], []), "exec"),
    (stmt(ast.Match, name(), []), "exec"),
    (stmt(ast.Match, name(), [ast.match_case(ast.MatchAs(ast.MatchAs(**PP), None, **PP), None, [ast.Pass(**P)])]), "exec"),
    (stmt(ast.Match, name(), [ast.match_case(ast.MatchValue(name(), **PP), None, [ast.Pass(**P)])]), "exec"),
    (stmt(ast.Match, name(), [ast.match_case(ast.MatchOr([ast.MatchAs(**PP)], **PP), None, [ast.Pass(**P)])]), "exec"),
    (stmt(ast.Match, name(), [ast.match_case(ast.MatchStar(**PP), None, [ast.Pass(**P)])]), "exec"),
    (stmt(ast.Match, name(), [ast.match_case(ast.MatchSingleton(3, **PP), None, [ast.Pass(**P)])]), "exec"),
    (stmt(ast.Match, name(), [ast.match_case(ast.MatchAs(None, "_", **PP), None, [ast.Pass(**P)])]), "exec"),
    (stmt(ast.Return, name()), "exec"),
    (stmt(ast.Break), "exec"),
    (ast.parse("x = 1", mode="exec").body[0], "exec"),
]
for tree, mode in WRONG:
    try:
        compile(tree, "wrong.py", mode)
        print("compiled")
    except (TypeError, ValueError, SyntaxError) as error:
        import re
        print(type(error).__name__, re.sub("0x[0-9a-f]+", "0x", str(error)))
