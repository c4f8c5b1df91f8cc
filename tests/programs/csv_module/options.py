"""Readers, writers and dialects: every state of the parser with all options; a checksum a group."""
import builtins, re, zlib
seen=[]
def print(*a): seen.append(" ".join(map(str,a)))
def flush(name):
    builtins.print(name, zlib.crc32(ascii(seen).encode())); seen.clear()
import _csv
class csv: Dialect=object
_csv.register_dialect("excel"); _csv.register_dialect("excel-tab",delimiter="\t"); _csv.register_dialect("unix",quoting=1,lineterminator="\n")
def t(f,*a,**k):
    try: print(re.sub('0x[0-9a-f]+','0x',repr(f(*a,**k)))[:300])
    except BaseException as e: print(type(e).__name__, e)
L=lambda *a,**k: list(_csv.reader(*a,**k))
t(_csv.reader); t(_csv.reader,5); t(_csv.reader,[],dialect='nope'); t(_csv.reader,[],foo=1); t(_csv.reader,[],'excel',3)
for kw in [dict(delimiter=''),dict(delimiter='ab'),dict(delimiter=1),dict(delimiter='\n'),dict(delimiter=None),dict(quotechar=''),dict(quotechar=None),dict(quotechar=None,quoting=0),dict(quotechar='ab'),dict(quotechar=5),dict(escapechar='ab'),dict(escapechar=5),dict(lineterminator=5),dict(lineterminator=None),dict(quoting=7),dict(quoting='x'),dict(quoting=-1),dict(delimiter=',',quotechar=','),dict(delimiter=' ',skipinitialspace=True),dict(escapechar='"'),dict(doublequote='x'),dict(strict=2),dict(lineterminator='x',delimiter='x'),dict(quotechar='\r'),dict(escapechar='\r'),dict(quotechar=' ',skipinitialspace=True),dict(escapechar=' ',skipinitialspace=True),dict(delimiter=b','),dict(quoting=3,quotechar=None), dict(escapechar=''), dict(quotechar='', quoting=3)]:
    print(kw); t(_csv.Dialect,**kw)
d=_csv.Dialect(); print([(n,getattr(d,n)) for n in ('delimiter','doublequote','escapechar','lineterminator','quotechar','quoting','skipinitialspace','strict')]); t(_csv.Dialect,5); t(_csv.Dialect,None); t(_csv.Dialect,'excel'); t(setattr,d,'delimiter','x'); t(d.__reduce__)
flush('options')
for s in ['a,b','a,"b"','"a""b",c','"a\nb"','a"b,c','"a"b,c','"a" ,c','a,,','',',','"','"a','"a"\n','a\r\n','a\rb','a\nb','a\n\n','\0','a,\0b',' a, b','"a"\r',"'a'",'a\\,b','\n','"a"""','""','1.5,"2",x,""']:
    flush(ascii(s))
    for kw in [{},dict(strict=True),dict(skipinitialspace=True),dict(quoting=3),dict(quoting=2),dict(escapechar='\\'),dict(doublequote=False),dict(quotechar="'"),dict(quoting=4),dict(quoting=5),dict(quotechar=None,quoting=3),dict(delimiter=';')]:
        print(ascii(s),kw); t(L,[s],**kw)
t(L,['a,"b\n','c"\n','d']); t(L,[b'a']); t(L,[1]); t(L,['a"b\n','"x','y'],strict=True); r=_csv.reader(['a\n','"b\n','c"\n']); print(r.line_num,next(r),r.line_num,next(r),r.line_num,r.dialect.delimiter); t(next,r)
print(_csv.field_size_limit(), _csv.field_size_limit(5)); t(L,['abcdef']); t(L,['"abcdef"']); t(_csv.field_size_limit,'a'); _csv.field_size_limit(131072); t(_csv.field_size_limit,1,2)
class F:
    def __init__(s): s.o=[]
    def write(s,x): s.o.append(x); return len(x)
class Fl(float):
    def __repr__(s): return 'flt'
rows=[[1,2.5,'a',None],['a,b','c"d','e\nf','g\rh'],[],[''],[None],['',''],[' a ','\\'],["'",'a;b'],[b'x',Fl(1.0)],('t',),'str',['"'],['a"b'],[True,10**20,1e300],['\0'],['a ','#']]
for kw in [{},dict(quoting=1),dict(quoting=2),dict(quoting=3),dict(quoting=3,escapechar='\\'),dict(quoting=4),dict(quoting=5),dict(doublequote=False),dict(doublequote=False,escapechar='\\'),dict(quotechar="'"),dict(lineterminator='!'),dict(delimiter=';'),dict(quotechar=None,quoting=3),dict(quoting=3,quotechar='',escapechar='\\') if 0 else {},dict(delimiter=' ',skipinitialspace=False),dict(skipinitialspace=True),dict(escapechar='\\'),dict(quoting=3,escapechar='\\',quotechar=None)]:
    flush(ascii(kw))
    for row in rows:
        f=F()
        try: print(kw,ascii(row)); w=_csv.writer(f,**kw); print(w.writerow(row)); print(ascii(f.o))
        except BaseException as e: print(type(e).__name__,e)
f=F(); w=_csv.writer(f); t(w.writerows,rows[:3]); t(w.writerow,5); t(w.writerows,5); t(w.writerows,[5]); t(_csv.writer,5); t(_csv.writer); t(w.writerow); print(f.o); t(lambda:w.dialect.quoting); t(lambda:type(w)); t(lambda:type(r)); t(type(w)); t(type(r))
t(_csv.register_dialect,'x',delimiter='|'); t(_csv.get_dialect,'x'); print(_csv.get_dialect('x').delimiter); t(_csv.list_dialects); t(_csv.unregister_dialect,'x'); t(_csv.unregister_dialect,'x'); t(_csv.get_dialect,'x'); t(_csv.register_dialect,5); t(_csv.register_dialect,'y',5); t(_csv.get_dialect,[]); t(_csv.register_dialect); t(_csv.register_dialect,'z','excel','q')
class D(csv.Dialect): delimiter=';'; quotechar='"'; quoting=0; lineterminator='\n'
t(L,['a;b'],D); t(L,['a;b'],D()); t(L,['a;b'],D,delimiter=','); 
class E2: delimiter=';'; 
t(L,['a;b'],E2); t(_csv.Dialect,E2)

flush('the rest')
