import re
print(re.match(r"a+", "aaab").group(), re.match("b", "ab"), re.search("b", "ab").span(),
    re.fullmatch(r"\d+", "123"), re.findall(r"\w+", "hi there, you"),
    re.findall(r"(\w)(\d)", "a1 b2"), [m.start() for m in re.finditer("a", "banana")],
    re.split(r"[,;]\s*", "a, b;c"), re.split(r"(-)", "a-b"),
    re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.subn("a", "x", "banana", count=2),
    re.sub("b", lambda m: m.group().upper(), "abc"), re.escape("a.b*c"))
m = re.match(r"(?P<year>\d{4})-(?P<mon>\d\d)(-(\d\d))?", "2024-05 rest")
print(m.groups(), m.groupdict(), m["year"], m.group("mon", 1), m.group(3), m.groups("dflt"),
    m.span("mon"), m.end(), m.lastgroup, m.lastindex, m.string, m.re.pattern,
    m.expand(r"\g<mon>/\1"), bool(m), repr(m))
for pat, text in ((r"^a.c$", "abc"), (r"a.c", "a\nc"), (r"(?s)a.c", "a\nc"), (r"(?i)ABC", "xabcx"),
        (r"(?m)^b", "a\nb"), (r"\bfoo\b", "a foo b"), (r"a{2,3}?", "aaaa"), (r"(a|b)*c", "ababc"),
        (r"(?<=x)y", "xy"), (r"(?<!x)y", "xy"), (r"x(?=y)", "xy"), (r"x(?!y)", "xz"),
        (r"(\w)\1", "hello"), (r"[^a-c]+", "abcxyz"), (r"(?:ab)+", "ababa"), (r"\s+\S*", "a  bc"),
        (r"é+", "caféé"), (r"(?x) a  # c\n b", "ab"), (r"a*+b", "aaab"), (r"(?>a+)b", "aab"),
        (r"[\d\-]+", "1-2"), (r"\Aabc\Z", "abc"), (r"(a)?(?(1)b|c)", "c")):
    m = re.search(pat, text)
    print(pat, m and (m.span(), m.group(), m.groups()))
p = re.compile(r"\d+", re.I | re.M)
print(p, p.flags, p.groups, p.findall("1 22"), p.search("a12", 2).group(),
    p == re.compile(r"\d+", re.I | re.M), re.sub("", "-", "abc"), re.findall("", "ab"),
    re.findall(r"a|(b)", "ab"), re.compile(b"a").match(b"abc"))
for f in (lambda: re.compile("("), lambda: re.compile("[a"), lambda: re.compile("*a"),
        lambda: re.compile("a{3,1}"), lambda: re.compile(r"\1"), lambda: re.compile("(?P<1>a)"),
        lambda: re.match("a", b"a"), lambda: re.match("a", "a").group(1),
        lambda: re.sub("a", r"\2", "a"), lambda: re.compile("(?z)"),
        lambda: re.compile("(?<=a*)b"), lambda: re.match(5, "a")):
    try:
        f()
    except (re.error, TypeError, IndexError) as e:
        print(type(e).__name__, e)
