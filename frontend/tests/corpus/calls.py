f()
f(1, 2, k=3)
f(*a, **k)
f(1, *a, 2, *b, k=1, **c, l=2, **d)
o.method(1).other(k=2)
o.method(*a)
super().__init__()
print(*a, sep="")
x = f(g(h(1)), [2], {3: 4})
(lambda: 1)()
f(x for x in y)
class C(B):
    def m(self): return super().m() + super(C, self).n
