log = []
class Base:
    def __add__(self, o): log.append("Base.add"); return NotImplemented
    def __radd__(self, o): log.append("Base.radd"); return "radd"
    def __lt__(self, o): log.append("Base.lt"); return NotImplemented
    def __gt__(self, o): log.append("Base.gt"); return True
    def __eq__(self, o): log.append("Base.eq"); return NotImplemented
    def __mul__(self, o): log.append("Base.mul"); return "mul"
class Sub(Base):
    def __radd__(self, o): log.append("Sub.radd"); return NotImplemented
    def __rmul__(self, o): log.append("Sub.rmul"); return "Sub.rmul"
    def __gt__(self, o): log.append("Sub.gt"); return NotImplemented
class Plain(Base): pass
def show(name, f):
    log.clear()
    try:
        r = f()
    except TypeError as e:
        r = e
    print(name, r, log)
a, b, s, p = Base(), Base(), Sub(), Plain()
show("a+b", lambda: a + b)
show("a+s", lambda: a + s)
show("s+a", lambda: s + a)
show("a+p", lambda: a + p)
show("1+a", lambda: 1 + a)
show("a+1", lambda: a + 1)
show("1+s", lambda: 1 + s)
show("a*s", lambda: a * s)
show("s*a", lambda: s * a)
show("a*p", lambda: a * p)
show("1*s", lambda: 1 * s)
show("1*a", lambda: 1 * a)
show("a<b", lambda: a < b)
show("a<s", lambda: a < s)
show("a<1", lambda: a < 1)
show("1<a", lambda: 1 < a)
show("a>s", lambda: a > s)
show("a==b", lambda: a == b)
show("a==s", lambda: a == s)
show("a!=b", lambda: a != b)
show("a==1", lambda: a == 1)
show("1==a", lambda: 1 == a)
class I:
    def __iadd__(self, o): return NotImplemented
    def __add__(self, o): return "add"
i = I(); i += 1
print(i)
