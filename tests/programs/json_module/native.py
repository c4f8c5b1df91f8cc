"""The scanner and the encoder: every kind of value and fault, with all options."""
import json, _json
def t(f,*a,**k):
    try: print(ascii(f(*a,**k)))
    except BaseException as e: print(type(e).__name__, ascii(str(e)), getattr(e,'__notes__',None), getattr(e,'pos',None))
for s in ['','1','-','-0','01','1.','1.5','1e5','1E+5','1e','-1.5e-3','1e400','12345678901234567890123','"a"','"a','"\\u00e9"','"\\ud83d\\ude00"','"\\ud83d"','"\\ud83dx"','"\\ud83d\\u0041"','"\\u12"','"\\u12g4"','"\\q"','"\t"','"\\"','[]','[ ]','[1]','[1,]','[1 2]','[,]','[1','{}','{ }','{"a":1}','{"a" : 1 , "b":2}','{"a":1,}','{"a"}','{"a":}','{a:1}','{"a":1 "b"}','{','{"a":1','null','nul','true','false','NaN','Infinity','-Infinity','-Inf',' 1 ','1 2','[[[1]]]','{"a":{"a":[1,{"b":null}]}}','"é中😀"','é','{"a":1,"a":2}','"\x7f"','[1,\n2,\n\tx]', '"\\/\\b\\f\\n\\r\\t\\""', '\ufeff1']:
    print(ascii(s)); t(json.loads,s); t(json.loads,s,strict=False); t(json.loads,s,parse_float=str,parse_int=lambda x:x+'i',parse_constant=lambda x:x,object_hook=lambda d:('h',d)); t(json.loads,s,object_pairs_hook=lambda p:p)
t(json.loads,5); t(json.loads,b'[1]'); t(_json.scanstring,'"a"',1); t(_json.scanstring,'abc',9); t(_json.scanstring,1,1); t(_json.make_scanner); t(json.JSONDecoder().scan_once,'[1]',-1); t(json.JSONDecoder().scan_once,'[1]',5); t(json.JSONDecoder().raw_decode,'1 x')
import enum
class I(int):
    def __repr__(s): return 'III'
class F(float):
    def __repr__(s): return 'FFF'
class S(str): pass
class D(dict): pass
class E(enum.IntEnum): A=1
class X: pass
class L(list): pass
rec=[]; rec.append(rec); rd={}; rd['a']=rd
vals=[None,True,False,1,-5,10**30,1.5,-0.0,1e300,float('nan'),float('inf'),-float('inf'),'a','é中😀\ud800"\\/\b\f\n\r\t\x00\x1f\x7f',[],[1],(),(1,2),{},{'a':1},{1:2,1.5:3,None:4,True:5,I(3):6,F(2.5):7},{(1,2):3},{b'a':1},I(3),F(2.5),S('q'),D(a=1),L([1]),E.A,{E.A:E.A},X(),[X()],{'k':[1,X()]},rec,rd,{1,2},b'a',[[1,[2,{}]],{'b':[],'a':{'c':1}}],{'b':1,'a':2},{'b':1,1:2},1j,{float('nan'):1}, {'x':{'y':[X()]}}]
for v in vals:
    for kw in [{},dict(indent=2),dict(indent='\t'),dict(sort_keys=True),dict(skipkeys=True),dict(ensure_ascii=False),dict(allow_nan=False),dict(separators=(',',':')),dict(default=lambda o:'dflt'),dict(default=lambda o:[o]),dict(check_circular=False,default=lambda o:1),dict(indent=0),dict(indent=1,sort_keys=True,separators=('; ','= '))]:
        if kw.get('check_circular') is False and (v is rec or v is rd): continue
        t(json.dumps,v,**kw)
t(_json.encode_basestring_ascii,1); t(_json.encode_basestring,'a')
t(json.dumps,[],cls=type('C',(json.JSONEncoder,),{'default':lambda s,o:1}))
