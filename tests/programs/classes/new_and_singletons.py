class Single:
    _inst = None
    def __new__(cls, *a):
        if cls._inst is None:
            cls._inst = super().__new__(cls)
        return cls._inst
    def __init__(self, v=None): self.v = v
print(Single(1) is Single(2), Single(3).v)
class Other:
    def __new__(cls): return 42
    def __init__(self): print("never")
print(Other())
class Sub(int):
    def __init__(self, *a): print("init", a)
    def __new__(cls, a, b): return super().__new__(cls, a * b)
print(Sub(3, 4) + 0)
class NoInit: pass
class BadInit:
    def __init__(self): return 5
for f in (lambda: NoInit(1), lambda: BadInit(), lambda: object.__new__(int),
        lambda: object.__new__(5), lambda: int.__new__(str), lambda: object.__new__(),
        lambda: NoInit.__new__(NoInit, 1), lambda: Sub.__new__(Sub)):
    try:
        print(f())
    except TypeError as e:
        print(e)
class OnlyNew:
    def __new__(cls, *a): return object.__new__(cls)
print(type(OnlyNew(1, 2)).__name__)
class OnlyInit:
    def __init__(self, *a): pass
print(type(OnlyInit(1, 2)).__name__, OnlyInit.__new__ is object.__new__)
