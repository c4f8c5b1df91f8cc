"""Patterns, matches, scanners and templates: their methods, attributes and messages."""
import re
def t(f,*a,**k):
    try: print(f(*a,**k))
    except BaseException as e: print(type(e).__name__, e)
c=re.compile(r'(?P<a>x)(y)?')
m=c.match('x')
t(m.group,1,2,'a'); t(m.group,3); t(m.group,'q'); t(m.group,[]); t(m.group,1.0); t(m.group,-1); t(m.group,True); t(m.group,2**70); t(m.group); t(m.groups,'d'); t(m.groupdict,1); t(m.start,2); t(m.end,'a'); t(m.span,5); t(lambda:m['a']); t(lambda:m[2]); t(lambda:m[3]); t(lambda:m['zz'])
t(m.expand,r'\1-\g<a>-\2'); t(m.expand,'abc'); t(m.expand,r'\3'); t(m.expand,b'a'); t(m.expand,1)
print(m, m.re is c, m.string, m.regs is m.regs)
t(c.match); t(c.match,1); t(c.match,b'x'); t(c.match,None); t(c.sub); t(c.sub,'a'); t(c.sub,1,'x'); t(c.sub,b'1','x'); t(c.sub,lambda m:1,'x'); t(c.sub,lambda m:None,'axb'); t(c.sub,'a','x',count='z'); t(c.sub,'a','xx',count=-1); t(c.sub,'a','xx',1); t(c.split,'axb',maxsplit=1); t(c.split,'axb',-1)
t(c.match,'x',pos=2**70); t(c.match,'x',pos='a'); t(c.match,'x',endpos=None); t(c.match,string='x',pos=0); t(c.match,'x',foo=1)
t(re.compile(b'x').match,'x'); t(re.sub,b'x',b'y',bytearray(b'axb')); t(re.sub,'x',bytearray(b'q'),'x'); t(re.sub,b'(x)',bytearray(b'\\1\\1'),b'axb')
class S(str): pass
s=S('axb'); t(lambda:type(re.sub('q','',s))); t(lambda:type(re.match('.*',s).group())); t(lambda:type(re.match('.*',s).string)); t(re.sub,'(x)',S(r'\1\1'),s)
t(lambda: c==re.compile(r'(?P<a>x)(y)?')); re.purge(); t(lambda: c==re.compile(r'(?P<a>x)(y)?')); t(lambda: hash(c)==hash(re.compile(r'(?P<a>x)(y)?'))); t(lambda: c<c); t(lambda: c!=1); t(lambda: c==re.compile('a'))
t(lambda: c.groupindex); t(lambda: c.groups); t(lambda: c.flags); t(lambda: c.pattern); t(lambda: setattr(c,'flags',1)); t(lambda: re.Pattern[str]); t(lambda: re.Match[bytes])
t(lambda: repr(re.compile('x'*300))); t(lambda: re.compile('a', re.I|re.DEBUG*0|re.X)); t(lambda: re.compile(b'\xff'))
it=c.finditer('xyx'); print(type(it).__name__, list(it), list(it))
sc=c.scanner('xyxq'); print(sc.search(),sc.search(),sc.search(),sc.search()); sc=c.scanner('xyxq'); print(sc.match(),sc.match(),sc.match(),sc.match())
import _sre
t(_sre.compile,'a',0,[1],0,{},()); t(_sre.compile,'a',0,[99,1],0,{},()); t(_sre.compile,'a',0,[],0,{},()); t(_sre.compile,'a',0,[-1],0,{},()); t(_sre.compile,'a',0,[2**40],0,{},()); t(_sre.compile,'a',0,(1,),0,{},()); t(_sre.compile,1,0,[1],0,{},()); t(_sre.compile,'a',0,['x'],0,{},())
t(_sre.template,c,[]); t(_sre.template,c,['a',1]); t(_sre.template,c,['a',-1,'b']); t(_sre.template,c,['a','b','b']); print(type(_sre.template(c,['a'])))
t(_sre.unicode_tolower,0x130); t(_sre.unicode_iscased,ord('ß')); t(_sre.ascii_iscased,ord('ß')); t(_sre.ascii_tolower,65); t(_sre.ascii_tolower,'a')
for p in ['(','a**','[z-a]','(?P<1>a)','\\','(?P=x)','a{3,2}','(?z)','[','*','(?<=a*)b','(?i','(?P<a>)(?P<a>)','\\q','(?(9)a)',')','\\8','(?P<a','x{99999999999}','(?#','[[:alpha:]]']: t(re.compile,p)
for f in (re.escape,): t(f,'a.b c\n*-'); t(f,b'\x00a+')
t(re.template if hasattr(re,'template') else 0)
print(re.split(r'(\W)|x','a,bxc')); print(re.findall(r'(\w)(\d)?','a1b')); print(re.sub(r'(?P<w>\w+)',r'<\g<w>\n\t\\\101>','a b')); print(re.RegexFlag.I|re.M, re.I, repr(re.NOFLAG))
print(re.match(r'((a)|b)*','abab').regs, re.match(r'(?:(\w)(\d)?)*','a1b').groups())
print(re.search('ab','x'*10+'ab'),re.search('ab','é'*10+'ab'),re.search('ab','中'*10+'ab'),re.search('b中','中'*10+'ab中'), re.search('中','abc'))
class Rx(re.Scanner): pass
print(re.Scanner([(r'\d+',lambda s,t:int(t)),(r'\w+',lambda s,t:t),(r'\s+',None)]).scan('12 ab !x'))
print(len(re.findall('(?:a|b)*','ab'*5000)), re.match('(?:a|b)*c','ab'*50000), len(re.match('(?:(a)|b)*','ab'*50000).group()))
print(re.fullmatch('(?:a|ab)+?','aab'), re.fullmatch('a|ab','ab'), re.fullmatch('a*?','aaa'),re.fullmatch('(a|ab)*+','ab'))
import warnings
t(re.sub,'a','b','aa',1,0)
