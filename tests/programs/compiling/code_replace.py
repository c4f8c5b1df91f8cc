# Copies of code objects with other instructions: they are other code.
import dis


def add(x, y):
    return x + y


def multiply(x, y):
    return x * y


def guarded(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return None


a, m = add.__code__, multiply.__code__
changed = a.replace(co_code=m.co_code)
print(changed == a, changed != a, hash(changed) == hash(a))
print(changed.co_code == m.co_code, changed.co_name, changed.co_varnames, changed.co_consts)
print(changed.replace(co_code=a.co_code) == a)
print(a.replace(co_code=a.co_code) == a, hash(a.replace(co_code=a.co_code)) == hash(a))

g = guarded.__code__
bare = g.replace(co_exceptiontable=b"")
print(bare == g, bare.co_exceptiontable, bare.co_code == g.co_code)
print(bare.replace(co_exceptiontable=g.co_exceptiontable) == g)
print([one.opname for one in dis.get_instructions(changed)] == [one.opname for one in dis.get_instructions(m)])

for wrong in [{"co_code": b"abc"}, {"co_code": 1}, {"co_exceptiontable": "x"}, {"co_linetable": None}, {"co_text": 1}]:
    try:
        print(a.replace(**wrong))
    except Exception as error:
        print(type(error).__name__, error)

# What can be told from the original runs.
again = type(add)(a.replace(co_code=m.co_code).replace(co_code=a.co_code, co_name="sum"), globals())
print(again.__name__, again(20, 22))
print(add.__doc__, guarded.__doc__)


def told():
    "What it says."


plain = told.__code__
told.__code__ = guarded.__code__
print(told.__doc__, told(4), plain.co_consts[0])
