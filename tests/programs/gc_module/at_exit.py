class A:
    def __init__(s,x): s.x=x
    def __del__(s): print('del',s.x, glob)
glob='g'
b=A(1); _a=A(2); a=A(3)
l=[A(4)]
def gen():
    try: yield 1
    finally: print('fin', glob)
g=gen(); next(g)
c=A(5)
def deco(x=A(6)): pass
import atexit
atexit.register(print,'atexit')
