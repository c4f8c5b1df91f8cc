global g
g = 1
def f():
    global a, b
    a = b = 1
    del a
    def h():
        x = 1
        class C:
            nonlocal x
            x = 2
            y = x
        return C
    return locals(), __name__, __debug__
class C:
    x = x
    def f(self): return x
