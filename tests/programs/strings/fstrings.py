x, y, name = 3, 4.5, "Bob"
print(f"{x} {y} {name}", f"{x + y:.2f}", f"{name!r:>8}|", f"{name:*^9}", f"{{x}} {{{x}}}",
    f"{x=} {y=:.3f} {name=!s} {x + 1 = }", f"{'nested ' + f'{x:{x}}'}", f"{x:{'>'}{6}}|")
print(f"{[i for i in range(3)]}", f"{ {'a': 1}['a'] }", f"{(lambda v: v * 2)(x)}",
    f"{x if x > 2 else y}", f'{"quote"}', f"{name[0]}{name[-1]}", f"{x!s:>3}|", f"""{
    x
} multi""", rf"{x}\n", f"a" "b" f"{x}", f"{name.upper()}", f"{x:#06x} {x:+} {y:08.3f}")
print(f"{f"{f"{x}"}"}", f"{'\n'.join(['a', 'b'])}", f"{x:{y:.0f}}", f"{1_000:,}", f"{None} {True}",
    f"{x,}", f"{x:%}", f"{'é'!a}", f"{x = !r:>5}|")
class T:
    def __format__(self, spec): return f"<{spec}>"
    def __str__(self): return "T!"
print(f"{T()} {T():abc} {T()!s:>4} {T():{x}{y}}")
for code in ("f'{x:d}'.x", "f'{name:d}'", "f'{1/0}'", "f'{undefined}'", "f'{[]:5}'"):
    try:
        print(eval(code))
    except Exception as e:
        print(type(e).__name__, e)
