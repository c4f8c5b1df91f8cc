"""The warnings of compile(), and the errors that they are when warnings are errors."""
import warnings
with open("_warned.txt") as file:
    SOURCE = file.read()
with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    compile(SOURCE, "f.py", "exec")
    for each in found:
        print(each.lineno, each.category.__name__, each.message, each.filename)
with warnings.catch_warnings(record=True) as found:
    warnings.simplefilter("always")
    import ast
    ast.parse(SOURCE)
    print(len(found), found[-1].message)
    try:
        compile('"\\d"\nx is 1\nif:', "g.py", "exec")
    except SyntaxError as error:
        print(error, [str(each.message) for each in found[-1:]])

warnings.simplefilter('error')
for src in ['x = "a\\d"', 'x = b"\\400"', 'x = """\n\n  \\d"""', 'f"{x}\\d"', 'f"\\{x}"', 'x = 1or 2', 'y = (0x1for x in y)', 'x = x is 1', 'x is (1) is not "a"', 'y = "str"(1)', 'y = [1, 2]["a" + b]', 'y = (x, 2)[1.5]', 'assert (x,\n "msg")', 'for i in y:\n  try: pass\n  finally:\n    return  1 + 1', 'for i in y:\n  try: pass\n  finally:\n    break', '"a" "b\\c"', 'x = "é\\d"', 'y = (lambda: 1)[1]','f"{x:\\d}"','f"""\n\n\\d{x}\n\n   \\e"""', 'x =  0b1and 1', '{1}[ 0 ]', 'None ( )', 'x = "a\\d" "\\e"']:
    for mode in 'exec',:
        try:
            compile(src, 'f.py', mode)
            print("no", src)
        except SyntaxError as e:
            print(repr(src), type(e).__name__, e.args, repr(e.__context__), repr(e.__cause__))
        except Warning as e:
            print("W", repr(src), repr(e))
