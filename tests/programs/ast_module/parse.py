"""Source to syntax trees: node by node with positions, errors, literals, and back to text."""
import ast


def show(source, **options):
    try:
        print(ast.dump(ast.parse(source, **options), include_attributes=True, indent=1))
    except (SyntaxError, ValueError, TypeError) as error:
        print(type(error).__name__, error)


# Positions: bytes of UTF-8; decorators, elif, semicolons, parentheses.
show("@d # c\n@e(1)\nasync def f[T: int](a, /, b=1, *c: x, d, e=2, **g) -> 'r':\n  await a;\n")
show("class A(B, *c, k=1, **m): 'é'; ü\n")
show("if a: b;\nelif c: d\nelse: e\n")
show("try: a\nexcept* (B, C) as e: pass\nelse: d\nfinally: f")
show("async with a as b, (c): pass\nfor (x) in y: break\nelse: continue")
show("x: int\n(x): int = 1\nx.y, *z = a[1:2, ::3, *b] = del_\ndel a, (b, c[d])\nx @= y = 1" [:-4])
show("from .. import (a as b, c)\nfrom .m import *\nimport a.b.c as d, e")
show("type X[T = int, *Ts, **P] = lambda *, a=1, b: (yield)")
show("f(x for x in y if z async for q in r)(a, b=1, *c, **d)")
show("""match a, *b:
  case 1 | -2 | 3+4j | 'x' 'y' | f.g: pass
  case [None, *_, {'k': v, **rest}] if q: pass
  case A(1, x=_) as z: pass
""")
# Strings.
show("u'a' 'b'; b'x' B'\\0'; '\\ud800'; U'x'")
show("f'a{{b}}{x!r:>{w}.{p}}{y=}{ z = !s}' 'tail' f'{v:}' ''", mode="eval")
show("t'a{ x }b{y!r:{w}}{z=}{ (q):x}'", mode="eval")
show("f'''\n{x\n + 1:\n}'''", mode="eval")
# Numbers.
show("0xFFFF_FFFF_FFFF_FFFF_FF, 123456789012345678901234567890, 1e400, 2j, -1 ** 2, ...", mode="eval")
show("a < b is not c not in d and not e or {**f, 1: [g := 2]}", mode="eval")
show("x = 1; y\n", mode="single")

for source in ["x = (", "1 = x", "f(a=1, 2)", "[*a for a in b]", "a\0b", "from __future__ import nope", "  x"]:
    show(source)
show("x = 1", mode="eval")
show("x", mode="nope")
show(5)
# What only the compiler refuses is a tree.
for source in ["return", "await x", "break", "def f(a, a): nonlocal x"]:
    print(ast.dump(ast.parse(source)))

for text in ["{'a': [1, 2.5, -3, 1+2j], (1,): {b'x'}}", " [None, ...]", "set()", "a", "1+1", "f'x'", "'a' 'b'"]:
    try:
        print(ast.literal_eval(text))
    except (ValueError, SyntaxError) as error:
        print(type(error).__name__, error)

one, two = ast.parse("a + b").body[0].value, ast.parse("c + d").body[0].value
print(one.op is two.op, one.left.ctx is two.right.ctx, list(vars(one)), one)
print(compile("a", "f", "eval", ast.PyCF_ONLY_AST).body.id)


class Constants(ast.NodeTransformer):
    def visit_Name(self, node):
        return ast.copy_location(ast.Constant(node.id), node)


print(ast.unparse(Constants().visit(ast.parse("a + b * (c - d)\nwith a as b: pass"))))
print(ast.unparse(ast.parse("@d\nclass A(B, c=1):\n  def f(self, *a, **k) -> 'x': return f'{self!r:>{w}}'\n")))
source = "first = 1\nsecond = f(é, 'two')\n"
print(ast.get_source_segment(source, ast.parse(source).body[1].value.args[1]))

# Depth: long chains work, walks over them take no native stack.
for source in ["+".join("a" * 5000), "a" + ".b" * 5000, "not " * 900 + "x", "if a: pass\n" + "elif b: pass\n" * 900]:
    print(sum(1 for _ in ast.walk(ast.parse(source))))
try:
    ast.dump(ast.parse("+".join("a" * 5000)))
except RecursionError:
    print("RecursionError")
