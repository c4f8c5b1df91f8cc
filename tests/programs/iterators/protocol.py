class Count:
    def __init__(self, n): self.n, self.i = n, 0
    def __iter__(self): return self
    def __next__(self):
        if self.i >= self.n: raise StopIteration("done")
        self.i += 1
        return self.i
print(list(Count(3)), sum(Count(4)), [x for x in Count(2)], max(Count(5)), 2 in Count(3),
    9 in Count(3), tuple(zip(Count(3), Count(2))), dict.fromkeys(Count(2)), *Count(2))
c = Count(2)
print(next(c), next(c), next(c, "default"))
try:
    next(c)
except StopIteration as e:
    print(repr(e), e.value)
class Seq:
    def __iter__(self): return iter([1, 2])
print(list(Seq()), list(iter(iter([1, 2]))), iter(c) is c)
class NoNext:
    def __iter__(self): return 5
class NotIter: pass
class NoneIter:
    __iter__ = None
    def __getitem__(self, i): return 1
class BadNext:
    def __iter__(self): return self
    def __next__(self): raise ValueError("inside")
for bad in (NoNext(), NotIter(), NoneIter(), BadNext(), 5, None, 1.5):
    for f in (lambda b: type(iter(b)).__name__, list, lambda b: [x for x in b],
            lambda b: (lambda *a: a)(*b), lambda b: 1 in b):
        try:
            print(f(bad))
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
