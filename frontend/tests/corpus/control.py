if a:
    b
elif c:
    d
else:
    e
for i in range(10):
    if i: continue
    if j: break
else:
    done
while True:
    if a: break
while a:
    b
else:
    c
for x, (y, *z) in pairs: pass
for a.b in c: pass
for a[0] in c: pass
if 0: never
if 1: always
while 0: never
