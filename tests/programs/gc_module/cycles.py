import gc
gc.collect()
class N:
    def __init__(self): self.me = self
for _ in range(1000): N()
a = []
a.append(a)
d = {}
d["d"] = d
del a, d
print(isinstance(gc.collect(), int), gc.isenabled(), gc.is_tracked([]), gc.is_tracked(5))
gc.disable(); print(gc.isenabled()); gc.enable()
big = None
for i in range(200000):
    big = (i, [big[0] if big else None])
print(big)
chain = None
for i in range(100000): chain = [chain]
n = 0
while chain: chain = chain[0]; n += 1
print(n)
