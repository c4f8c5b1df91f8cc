x, y = 1, 2
a = t"{ x }"
b = t"a{x }b{ y!r}c{ x = }{y = !s}"
c = t"{ (x) :>{ y }}" t"{x  :{y}.{ x }f}"
d = t"{(x, # why
 y) }"
e = t"{x}" t"{y}plain"
f = t"plain"
g = t"{x}"
h = t"{ [i for i in (1, 2)] :{ [j for j in 'ab'][0] }>5}"
