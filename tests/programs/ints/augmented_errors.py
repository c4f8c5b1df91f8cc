def run(code):
    try:
        exec(code)
    except TypeError as e:
        print(code, "->", e)
for op in ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^=", "@="):
    run(f"x = 1; x {op} None")
    run(f"x = []; x {op} 1")
    run(f"x = 'a'; x {op} b'b'")
