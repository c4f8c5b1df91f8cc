a < b <= c != d == e >= f > g
a is b, a is not b, a in b, a not in b, a is None
if a < b < c: pass
x = a and b or c and not d
y = a if b else c
while not (a and b) or c: break
assert a
assert a == b, "message"
