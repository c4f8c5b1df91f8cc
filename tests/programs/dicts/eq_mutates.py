class Evil:
    def __init__(self, d): self.d = d
    def __hash__(self): return 1
    def __eq__(self, other):
        self.d.clear()
        return False
d = {}
d[Evil(d)] = 1
print(len(d))
try:
    d[Evil(d)] = 2
    print(len(d))
except RuntimeError as e:
    print(e)
class Raises:
    def __hash__(self): return 5
    def __eq__(self, other): raise ValueError("no compare")
e = {Raises(): 1}
for f in (lambda: e[Raises()], lambda: Raises() in e, lambda: e.get(Raises()),
        lambda: e.setdefault(Raises(), 1), lambda: e.pop(Raises(), 0),
        lambda: {Raises(), Raises()}, lambda: [Raises()].index(Raises()),
        lambda: Raises() in [1, Raises()], lambda: {1: Raises()} == {1: Raises()}):
    try:
        print(f())
    except ValueError as x:
        print(x)
print(len(e), 5 in [5.0], 5 in {5.0: 1})
