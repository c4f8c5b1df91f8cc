code = "a = 1\nb = = 2\n"
try:
    exec(code)
except SyntaxError as e:
    print(e.filename, e.lineno, e.offset, e.text, e.msg, e.end_lineno, e.end_offset)
compile("for", "named.py", "exec")
