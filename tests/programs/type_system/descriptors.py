def t(s, **kw):
    try: r = repr(eval(s, dict(globals(), **kw)))
    except BaseException as e:
        print(s, '!!', type(e).__name__, mask(str(e)))
    else:
        print(s, '->', mask(r))
def mask(s):
    out = ''
    while ' at 0x' in s:
        i = s.index(' at 0x')
        j = i + 6
        while j < len(s) and s[j] in '0123456789abcdef': j += 1
        out += s[:i] + ' at 0x..'
        s = s[j:]
    return out + s
class P:
    @property
    def x(self): "doc"; return 1
    y = property()
    def f(self): "fdoc"; return 2
    @staticmethod
    def s(): "sdoc"
    @classmethod
    def c(cls): "cdoc"
    def sup(self): return super()
p=P()
MethodType=type(p.f)
class Sub(P):
    def sup2(self): return super().f
    def sup3(self): return super()
q=Sub()
def g(): return super()
def g2(x): return super()
def g3(x):
    del x
    return super()
for x in ["setattr(p,'x',1)","delattr(p,'x')","p.y","setattr(p,'y',1)","delattr(p,'y')","P.x","P.x.__doc__","P.x.__name__","P.y.__name__","property().__name__","property(1,2,3,4).__doc__","property(fget=P.f).__doc__","property(x=1)","property(1,2,3,4,5)","P.x.getter(1)","P.x.fget","P.x.setter(2).fset","P.x.deleter(2).fdel","P.x.__isabstractmethod__","P.x.__set_name__(P,'z')","P.x.__set_name__(P)","p.f","P.f.__get__(p)","p.f.__self__","p.f.__func__","p.f.__name__","p.f.__doc__","p.f==p.f","p.f is p.f","hash(p.f)==hash(p.f)","p.f(1)","MethodType(1,2)","MethodType(P.f,None)","MethodType()","MethodType(P.f,1)","MethodType(len,[1,2])","MethodType(len,[1,2])()","p.f.__reduce__()","p.f.x","setattr(p.f,'x',1)","delattr(p.f,'x')","P.__dict__['s']","P.__dict__['c']","P.__dict__['s'].__func__","P.__dict__['s'].__wrapped__","P.__dict__['s'].__dict__","P.__dict__['c'].__dict__","P.__dict__['s']()","P.__dict__['c']()","P.__dict__['s'].__name__","staticmethod()","staticmethod(1,2)","staticmethod(x=1)","classmethod()","staticmethod(1)","classmethod(1)","classmethod(1).__get__(None,int)","staticmethod[int]","P.__dict__['s'].__isabstractmethod__","P.c","p.c","p.s","p.sup()","q.sup()","q.sup3()","q.sup2()","super()","g()","g2(1)","g3(1)","super(1)","super(P)","super(P,1)","super(P,p)","super(Sub,q).f","super(Sub,q).zzz","super(Sub,Sub)","super(Sub,q).__thisclass__","super(Sub,q).__self__","super(Sub,q).__self_class__","super(P).__get__(q,Sub)","super(P).f","super(Sub,q).__class__","setattr(super(Sub,q),'f',1)","super(1,2,3)","super(x=1)","p.f.__qualname__","MethodType(P.f,1).__eq__(1)","p.f.__call__()","p.f.__get__(1)","P.f.__get__(None,P)","P.f.__get__(None)","P.f.__get__(None,None)","P.x.__get__(None,P)","P.x.__set__(p,1)","P.x.__delete__(p)","P.y.__get__(p)","property(None,None).__get__(p)", "P.x.setter(lambda s,v:None).__set__(p,1)", "p.f < p.f","P.__dict__['c'].__doc__","P.__dict__['c'].__wrapped__.__doc__"]:
    t(x)
class M(type):
    @property
    def z(cls): raise AttributeError("inner")
    def __getattr__(cls,n): return 'ga'+n
class W(metaclass=M): pass
print(W.z, W.zz)
