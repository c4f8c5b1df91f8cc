name, n = "World", 3.14159
t = t"Hello {name}! {n:.2f} {n!r} {n = }"
print(type(t).__module__, type(t).__name__, t.strings, t.values)
for i in t.interpolations:
    print(i.value, i.expression, i.conversion, repr(i.format_spec))
print(list(t"a{1}b"), t"x".strings, t"x".interpolations, t"".strings, (t"a{1}" + t"b{2}").strings)
def render(template):
    out = []
    for part in template:
        if isinstance(part, str):
            out.append(part.upper())
        else:
            out.append(format(part.value, part.format_spec))
    return "".join(out)
print(render(t"sum: {n + 1:8.3f}|{name}"), repr(t"a{name!r:>5}"))
w = 5
print(t"{n:{w}.1f}".interpolations[0].format_spec)
try:
    t"a" + "b"
except TypeError as e:
    print(e)
match t"{n}".interpolations[0]:
    case object(value=v):
        print(v)
