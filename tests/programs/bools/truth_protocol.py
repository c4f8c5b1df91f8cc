class Yes:
    def __bool__(self): return True
class No:
    def __len__(self): return 0
class Both:
    def __bool__(self): return True
    def __len__(self): return 0
class Bad:
    def __bool__(self): return 1
class BadLen:
    def __len__(self): return -1
class Str:
    def __len__(self): return "3"
for cls in (Yes, No, Both, object, Bad, BadLen, Str):
    x = cls()
    for f in (bool, lambda v: not v, lambda v: 1 if v else 2, lambda v: (v and 1) == 1):
        try:
            print(cls.__name__, f(x))
        except (TypeError, ValueError) as e:
            print(cls.__name__, type(e).__name__, e)
