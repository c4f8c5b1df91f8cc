f"", f"a", f"{a}", f"{a!r}", f"{a:>10}", f"{a!s:{w}.{p}}", f"{a=}", f"{a = !r:x}", f"{{}}{a}b{c}", "x" f"{y}" 'z'
f"{'nested'}{f'{a}'}", f"{lambda_:x}", f'{d["k"]}', f"""{
    a
}"""
rf"\d{a}", t"{a} b {c!r:>{w}}", t"", t"{a=}"
"%s %d" % (a, b), "%r" % x, "%s" % (a,)
