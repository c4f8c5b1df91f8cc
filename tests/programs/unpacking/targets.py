a, b = 1, 2
a, b = b, a
[c, (d, *e)] = "x", [1, 2, 3]
*f, g = range(4)
h, *i = "z"
*j, = ()
(k), = [5]
l = m = n = []
print(a, b, c, d, e, f, g, h, i, j, k, l is n)
class O: pass
o = O()
lst = [0, 0, 0]
o.x, lst[1], *o.rest = range(5)
lst[1:], i = "pq", 1
print(o.x, lst, o.rest)
i, lst[i] = 2, "late"
print(lst)
x, y, z = {"a": 1, "b": 2, "c": 3}
print(x, y, z, [*"ab", *range(2)], (*[1], 2), {*[1, 1]}, {**{"a": 1}, "a": 2})
def gen():
    yield 1
    print("more")
    yield 2
first, second = gen()
print(first, second)
for code in ("a, b = 1", "a, b = [1]", "a, b = 1, 2, 3", "a, *b, c = [1]", "a, b = {1}",
        "a, b = iter([1, 2, 3])", "a, b = None", "*a, = 5", "a, b = 'abc'",
        "(a, b), c = [1, 2], 3, 4", "a, b, c, d, e = range(3)", "a, *b = []",
        "a, b = range(10**9)", "[] = [1]", "() = ()", "a = *b, = 'xy'"):
    try:
        exec(code)
        print(code, "ok")
    except (TypeError, ValueError) as e:
        print(code, "->", type(e).__name__, e)
