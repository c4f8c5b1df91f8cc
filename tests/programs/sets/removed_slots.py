# Where elements come to lie after others were removed: their slots are taken again.
state=5
def below(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
    return (state >> 33) % n
for r in range(25):
    s=set(); log=[]
    for k in range(below(60)):
        op=below(6); x=below(40)
        if op<3: s.add(x); log.append(('add',x))
        elif op==3: s.discard(x); log.append(('discard',x))
        elif op==4 and s: s.pop(); log.append('pop')
        elif op==5 and below(3)==0:
            o=set([below(40) for i in range(x)]); s|=o; log.append(('or',list(o)))
        print(r,log[-1:],list(s))
s=set()
for k in (7,15,23): s.add(k)
print(list(s))
s.discard(15); s.discard(23)
s.add(31); print(list(s)); s.add(20); print(list(s))
# in a linear run, table of 32
s=set(range(12)); 
for k in (33,65,97): s.add(k)
print(list(s))
s.discard(5); s.discard(7); s.discard(3); s.add(129); print(list(s)); s.add(161); print(list(s)); s.add(193); print(list(s))
