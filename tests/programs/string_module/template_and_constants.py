import string
print(string.ascii_letters, string.digits, string.hexdigits, string.punctuation,
    repr(string.whitespace), string.capwords("hello  wORLD"), len(string.printable))
t = string.Template("$who likes ${what} for $$5 $missing")
print(t.safe_substitute(who="Bob", what="tea"), string.Template("$a-$b").substitute({"a": 1}, b=2),
    t.get_identifiers())
for f in (lambda: t.substitute(who="x", what="y"), lambda: string.Template("$").substitute(),
        lambda: string.Template("${bad").substitute()):
    try:
        f()
    except (KeyError, ValueError) as e:
        print(type(e).__name__, e)
class F(string.Formatter):
    def get_value(self, key, args, kw): return kw.get(key, f"<{key}>") if isinstance(key,
        str) else super().get_value(key, args, kw)
    def convert_field(self, v, c): return v.upper() if c == "u" else super().convert_field(v, c)
print(F().format("{0} {name} {x!u}", 1, x="up"), list(string.Formatter().parse("a{b!r:>5}c{{d}}")))
import textwrap
print(textwrap.dedent("  a\n    b\n  c"),
    textwrap.fill("the quick brown fox jumps over the lazy dog", 20),
    textwrap.indent("a\nb", "> "), textwrap.shorten("hello world foo", 12),
    textwrap.wrap("a b c d", 3), sep="\n")
