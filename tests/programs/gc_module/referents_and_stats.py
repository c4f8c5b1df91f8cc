# Numbers are referents too; collections that are asked for count once each.
import gc

print(sorted(gc.get_referents([1, 3, 5])), sorted(gc.get_referents((1.5, 2, True))))
print(sorted(gc.get_referents({1: 3, 5: 7})), sorted(gc.get_referents({4, 2})))
print(sorted(gc.get_referents([1, 2], {3: 4}, (0, 0, 0))), gc.get_referents(1, "a", 4j), gc.get_referents([], {}, ()))
print(gc.get_referents(["a", None]) in (["a", None], [None, "a"]))

gc.disable()
before = [one["collections"] for one in gc.get_stats()]
for generation in [0, 2, 1, 2, 0, 0]:
    gc.collect(generation)
print([one["collections"] - was for one, was in zip(gc.get_stats(), before)])
