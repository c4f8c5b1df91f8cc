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
class C: pass
class S: __slots__=('a',)
s=S(); c=C()
for x in ["s.a","setattr(s,'b',1)","setattr(object(),'x',1)","delattr(object(),'x')","delattr(c,'x')","delattr(s,'a')","c.x","C.x","setattr(int,'x',1)","delattr(C,'x')","setattr([].append,'x',1)","setattr(1,'real',2)","delattr(1,'real')","setattr(s,'__class__',C)","setattr(1,'__class__',C)","setattr(c,'__class__',1)","list.append()","list.append(1,2)","int.__add__()","int.__add__(1)","int.__add__('a',1)","(1).__add__(1,2)","(1).__add__(x=2)","int.__add__","(1).__add__","list.append","[].append","len","dict.fromkeys","dict.__dict__['fromkeys']","type.__dict__['__name__']","S.a","type(S.a)","S.a.__get__(1)","S.a.__get__(None)","S.a.__set__(1,2)","type.__dict__['__name__'].__get__(1)","int.__dict__['real'].__set__(1,2)","int.__dict__['real']","object()","object(1)","C(1)","object.__new__(C,1)","object.__new__()","object.__new__(1)","object.__new__(int)","int.__new__(C)","object.__init__(c,1)","type()","type(1,2,3)","type('a',(),{},x=1)","type('a',2,{})","type('a',(1,),{})","type('a',(bool,),{})","type('a',(int,str),{})","type('a',(C,C),{})","type('a',(object,C),{})","type('a',(),{'__slots__':['a','b','a']}).__slots__","type('a',(),{'__slots__':'1a'})","type('a',(),{'__slots__':[1]})","type('a',(int,),{'__slots__':['a']})","type('a',(),{'__slots__':['a'],'a':1})","type('a',(C,),{'__slots__':['__dict__']})","type('a',(S,C),{})","type('a\0',(),{})","type('a',(),{'__qualname__':1})","setattr(C,'__name__',1)","setattr(C,'__bases__',())","setattr(C,'__bases__',1)","setattr(C,'__bases__',(int,))","delattr(C,'__bases__')","setattr(int,'__name__','x')","C.__mro__","C.mro()","type.mro(C)","C.__flags__","int.__flags__","isinstance(1,1)","isinstance(1,(1,))","issubclass(1,int)","issubclass(int,1)","isinstance(1,list[int])","c.__dict__","setattr(c,'__dict__',1)","type(c.__dict__)","C.__dict__['__dict__']","C.__dict__['__weakref__']","C.__basicsize__","S.__basicsize__","int.__itemsize__","C.__dictoffset__","S.__dictoffset__","C.__weakrefoffset__","type(None)()","type(None)(1)","type(...)(1)","type(iter([]))()","c.__sizeof__()","c.__format__('x')","c.__format__(1)","object.__format__(c,'')[:12]","c.__dir__()[:2]","object.__subclasshook__(1)","object.__init_subclass__(1)","object.__init_subclass__(x=1)","C.__init_subclass__()","type.__prepare__(1,2,x=3)","int.__text_signature__","len.__text_signature__","int.__add__.__text_signature__","list.append.__text_signature__","list.append.__objclass__","list.append.__qualname__","[].append.__qualname__","len.__qualname__","len.__module__","[].append.__module__","dict.fromkeys.__self__","dict.fromkeys.__qualname__","str.maketrans","str.__dict__['maketrans']","int.__new__","object.__new__","int.__new__.__qualname__","int.__new__.__self__","int.__new__.__text_signature__","len.__reduce__()","[].append.__reduce__()","list.append.__reduce__()","int.__add__.__reduce__()","(1).__add__.__reduce__()","(1).__add__.__qualname__","(1).__add__.__objclass__","(1).__add__.__name__","(1).__add__.__self__","[].append == [].append","len == len","hash((1).__add__)==hash((1).__add__)","(1).__add__==(1).__add__","C.__annotations__","int.__annotations__","int.__annotate__","C.__annotate__","C.__type_params__","int.__type_params__","C.__module__","setattr(C,'__annotate__',1)","getattr(C,'__abstractmethods__')","delattr(C,'__annotations__')","delattr(C,'__module__')","type.__abstractmethods__"]:
    t(x)
