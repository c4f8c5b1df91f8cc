def f(a, b, c=3): pass
def g(*, k, m=2): pass
def h(a, /, b): pass
def n(): pass
def v(a, *args): pass
def kwo(a, *, b, c): pass
class C:
    def m(self, x): pass
    def no_self(): pass
calls = ["f()", "f(1)", "f(1, 2, 3, 4)", "f(1, 2, z=5)", "f(1, a=2)", "f(a=1)", "g()", "g(1)",
    "g(1, k=2)", "g(k=1, z=2)", "h(a=1, b=2)", "h()", "h(1)", "h(1, 2, 3)",
         "n(1)", "n(x=1)", "n(1, 2)", "v()", "kwo(1)", "kwo(1, b=2)", "kwo(1, 2, b=1, c=1)",
             "C().m()", "C().m(1, 2)", "C.m()", "C().no_self()", "C(1)", "C(x=1)", "f(*5)",
             "f(**5)", "f(**{1: 2})", "f(1, **{'a': 1})",
         "f(x=1, **{'x': 2})", "f(*[1, 2, 3, 4, 5])", "(lambda x: x)()", "len()", "len(1, 2)",
             "len(x=1)", "print(zzz=1)", "f(1, 2, 3, d=4, e=5)", "f(1, 2, 3, 4, k=1)",
             "f(1, 2, aa=1)"]
for call in calls:
    try:
        print(call, eval(call))
    except TypeError as e:
        print(call, "->", e)
