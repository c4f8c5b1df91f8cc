from enum import Flag, IntFlag, auto
class P(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W
print(P.R, P.R | P.X, P.RW, P(3), P(0), ~P.R, P.RW & P.W, P.R ^ P.RW, P.R in P.RW, P.X in P.RW,
    bool(P(0)), bool(P.R), list(P.RW), list(P), P.RW.name, (P.R | P.X).name, (P.R | P.X).value,
    len(P.RW), repr(P.R | P.W | P.X))
class I(IntFlag):
    A = 1
    B = 2
print(I.A | I.B, I.A | 8, I(3), I.A + 1, repr(I.A | 4), ~I.A, I.A == 1)
try:
    P(99)
except ValueError as e:
    print(e)
try:
    P.R | 1
except TypeError as e:
    print(e)
