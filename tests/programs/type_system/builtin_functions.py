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
for x in ["sum([1e16,1,1])","sum([0.1]*10)","sum([1e16,2**70,1.0])","sum([0.1,2**2000])","sum([1,'a'])","sum(['a'],'')","sum([b''],b'')","sum([],bytearray())","sum()","sum(1)","sum([1],start=2)","sum([0.1]*10,0.0)","sum([0.1j]*10)","sum([1,0.5,1j,True])","sum([True,True])","chr(10**20)","chr(-1)","chr(1.0)","ord('ab')","ord(1)","ord(b'a')","ord(bytearray(b'ab'))","min()","min(1)","min([])","min([],default=3)","min(1,2,default=3)","min(1,2,key=lambda x:-x)","min(1,2,x=1)","min([],x=1)","max(1,'a')","max([1,2],key=1)","max([1],key=None)","sorted()","sorted(1)","sorted([1],x=2)","sorted([1],None)","sorted([3,1],reverse=True,key=str)","divmod(1,'a')","divmod(1)","pow(2,3,5)","pow('a',1)","pow('a',1,2)","pow(2,-1,5)","pow(2.0,1,2)","pow(base=2,exp=3)","pow(2)","round(1.5)","round('a')","round(1,2,3)","round(number=2.567,ndigits=1)","abs('a')","abs()","bin(1.0)","bin('a')","hex(-255)","oct(8)","ascii('é\n\u1234\U00012345')","format(1,2)","format(1,'x','y')","format()","hash([])","hash()","id()","iter(1)","iter(1,2)","iter([],2)","iter()","iter(1,2,3)","next(1)","next(iter([]))","next(iter([]),5)","next()","len(1)","len()","len([],1)","all(1)","any([0,1])","callable()","getattr(1)","getattr(1,2)","getattr(1,'x')","getattr(1,'x',2)","getattr(1,'x',2,3)","hasattr(1,2)","setattr(1,2,3)","setattr(1)","delattr(1,2)","vars(1)","vars(1,2)","dir(1,2)","isinstance(1)","issubclass(1,2,3)","exec(1)","exec('1',1)","exec('1',{},1)","eval(1)","eval('1',1)","eval('1',{},1)","eval('1+')","eval(' 1')","eval('1','2')","compile(1,'f','exec')","compile('1','f','x')","compile('1','f','exec',1<<30)","compile('1','f','exec',optimize=5)","compile('1',1,'exec')","compile('1')","exec('x=1',globals={})","exec()","eval()","__import__()","__import__(1)","__import__('sys',level=-1)","__import__('')","__import__('nosuch')","__import__('sys.x')","__build_class__()","__build_class__(1,2)","__build_class__(lambda:1,2)","__build_class__(1)","print(1,x=2)","print(1,sep=1)","print(1,end=1)","print(1,file=1)","print(1,2,sep='-',end='!\n')","input(1,2)","open()","aiter(1)","anext(1)","repr()","globals(1)","locals(1)","callable(1)","len(x=1)","abs(x=1)","isinstance(1,int,3)","print.__text_signature__","sum.__text_signature__","min.__text_signature__","iter.__text_signature__","getattr.__text_signature__","print.__module__","sorted.__text_signature__","pow.__text_signature__","compile.__text_signature__","exec.__text_signature__","eval.__text_signature__","dir.__text_signature__","__import__.__text_signature__","anext.__text_signature__","all.__text_signature__","exec(compile('lambda: x','f','eval'),closure=1)","exec('1',closure=())", "eval(b'1+1')", "eval(bytearray(b'2'))", "eval(memoryview(b'2'))", "compile('a b','f','exec')", "compile(b'a\0','f','exec')","chr(0x110000)","round(2.5,None)","bin(True)","sum([1],2,3)","format(object(),'x')","sum({1:2})","len({}.keys())"]:
    t(x)
