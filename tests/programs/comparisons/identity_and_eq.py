nan = float("nan")
class Never:
    def __eq__(self, o): return False
    def __hash__(self): return 1
n = Never()
print(n == n, n in [n], [n] == [n], (n,) == (n,), {n: 1}[n], n in {n}, [n].index(n), [n].count(n),
    {"k": n} == {"k": n}, nan in (nan,), [nan].count(nan), {nan: 1}.get(nan), (nan,) == (nan,),
    nan == nan)
class Always:
    def __eq__(self, o): return True
a = Always()
print(a == 5, 5 == a, a in [1], 1 in [a], a != 5, [a] == [3], (a, 1) == (2, 1), None == a)
log = []
class L:
    def __eq__(self, o): log.append("L"); return NotImplemented
class R(L):
    def __eq__(self, o): log.append("R"); return NotImplemented
print(L() == R(), log, L() != L(), L() == 1)
print(1 == 1.0 == True, hash(1) == hash(1.0) == hash(True), {1: "a"}[True], 0.1 + 0.2 == 0.3,
    2**100 == 2.0**100, hash(2**61 - 1), hash(-1), hash(-2), hash(2**61), hash(1.5), hash(10**20),
    hash(-2**63), hash(0.1), hash(True), hash(()) == hash(()))
