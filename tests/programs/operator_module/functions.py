import operator as op
print(op.add(1, 2), op.sub(5, 3), op.mul("a", 2), op.truediv(1, 4), op.floordiv(7, 2),
    op.mod(7, 3), op.pow(2, 5), op.neg(3), op.pos(-1), op.abs(-2), op.inv(5), op.and_(6, 3),
    op.or_(6, 1), op.xor(6, 3), op.lshift(1, 4), op.rshift(16, 2), op.not_(0), op.truth([]),
    op.is_(None, None), op.is_not(1, None), op.lt(1, 2), op.ge(1, 2), op.eq(1, 1.0), op.ne(1, 2),
    op.concat([1], [2]), op.contains("abc", "b"), op.countOf([1, 1, 2], 1), op.indexOf("abc", "c"),
    op.index(5), op.is_none(None), op.is_not_none(1))
d = {"a": [1, 2]}
op.setitem(d, "b", 5); op.delitem(d, "b")
print(op.getitem(d, "a"), op.itemgetter(1)("abc"), op.itemgetter(0, 2)("abc"),
    op.itemgetter("a")(d), op.itemgetter(slice(1, None))("abc"), op.attrgetter("real")(5),
    op.attrgetter("real", "imag")(5), op.attrgetter("__class__.__name__")(5),
    op.methodcaller("upper")("a"), op.methodcaller("split", ",", maxsplit=1)("a,b,c"),
    op.call(max, 1, 2), d)
x = [1]
print(op.iadd(x, [2]) is x, op.imul(3, 4), op.iconcat([1], [2]), repr(op.itemgetter(1, 2)),
    repr(op.attrgetter("a.b")), repr(op.methodcaller("f", 1, k=2)), op.length_hint([1, 2]),
    sorted([(1, "b"), (0, "c")], key=op.itemgetter(1)))
for f in (lambda: op.add(1), lambda: op.add(1, "a"), lambda: op.itemgetter(),
        lambda: op.attrgetter(5), lambda: op.itemgetter(1)([]), lambda: op.index(1.5),
        lambda: op.indexOf([1], 2), lambda: op.attrgetter("x")(1), lambda: op.methodcaller(),
        lambda: op.concat(1, 2), lambda: op.countOf(1, 2)):
    try:
        f()
    except (TypeError, IndexError, ValueError, AttributeError) as e:
        print(type(e).__name__, e)
