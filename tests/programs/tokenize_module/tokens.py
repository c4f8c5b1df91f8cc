"""The tokens of Python source, with comments and line breaks."""
import tokenize, io
def t(s):
    print(ascii(s))
    it=iter(s.splitlines(True))
    try:
        for x in tokenize.generate_tokens(lambda: next(it,'')): print(' ',x.type,ascii(x.string),x.start,x.end,ascii(x.line))
    except BaseException as e: print(type(e).__name__, e)
for s in ['','x','x\n','x = 1 # c\n','# only\n','\n\n','if x:\n    y\n    z\nw\n','if x:\n  y\n','def f(a,\n      b):\n    return """a\nb""" + \'x\'\n','a \\\n  + b\n','f"a{x}b"\n','f"a{x!r:>{w}}b{{c}}d"\n','f"""x\n{y}\nz"""\n','rb"x" Rb\'y\' u"z"\n','1.5e10 0x1F 1_000 1j .5 5. 0b1 0o7\n','a<=b!=c->d:=e**=f//g...\n','@dec\nclass A(B):\n\n    # c\n    x: int = 3\n\n    def m(self): pass\n# end\n','if a:\n    b\n  c\n','x = (\n','"abc\n','é = "ü"\n','  x\n','\tx\n','if a:\n\tb\n        c\n','lambda x: (y\n  , z)\n',"f'{x:%H:%M}' f'{a=}' f'{{}}'\n",'t"x{y}"\n',"f'a' 'b' rf'\\{x}'\n",'x\r\ny\r\n','$\n','a = 1;b = 2\n', 'if 1:\n    pass\n\n    # comment\n\nx\n','"""doc"""\n', 'print(f"{x:{y}}")\n', 'x = 1\\\n', "'''abc\n", 'for i in x: pass', 'a ? b\n', '1abc\n','0777\n', '!x\n']: t(s)

for s in ['f"{x:}"\n','# c','f"{x!r}"\n','f"}"\n','f"abc\n','f"{a:b\n','f"""{\nx\n}"""\n','x = [1,\n# c\n2]\n','€\n','f"{x:{y}z}"','f"{(x:=3)}"', 'f"{lambda x: 1}"','if 1:\n  a\n','a\n\n# x','"a\\\nb"\n','x #c','rb"""q\n""" + 1\n','1_000.5e-3j 0xfor x','1if 2else 3\n',')\n']: t(s)
