"""The hash functions: digests, sizes, parameters of BLAKE2, messages."""
import re
import _md5,_sha1,_sha2,_sha3,_blake2
def t(f,*a,**k):
    try: print(re.sub('0x[0-9a-f]+','0x',repr(f(*a,**k)))[:200])
    except BaseException as e: print(type(e).__name__, e)
m=_md5.md5
t(m); t(m,'a'); t(m,1); t(m,b'a',b'b'); t(m,string=b'a'); t(m,b'a',string=b'b'); t(m,data=b'a'); t(m,b'',usedforsecurity=False); t(m,foo=1); t(_md5.MD5Type); 
h=m(b'x'); t(h.update,'a'); t(h.update); t(h.update,None); print(h.name,h.digest_size,h.block_size,h.hexdigest())
t(setattr,h,'name',1)
for n in ('sha3_224','sha3_256','sha3_384','sha3_512','shake_128','shake_256'):
    c=getattr(_sha3,n); h=c(b'abc'); print(n,h.name,h.digest_size,h.block_size,h._capacity_bits,h._rate_bits,h._suffix, repr(h)[:20], c.__name__)
    t(h.hexdigest,*([5] if 'shake' in n else []))
s=_sha3.shake_128(b'a'); t(s.hexdigest); t(s.hexdigest,-1); t(s.digest,0); t(s.digest,2**40); t(s.digest,2**30);t(s.digest,length=3); t(_sha3.sha3_256,'x'); t(_sha3.sha3_256,b'',1); t(_sha3.sha3_256,string=b'q'); t(_sha3.sha3_256,b'a',string=b'q'); t(_sha3.sha3_256,data=b'a')
for n in ('blake2b','blake2s'):
    c=getattr(_blake2,n)
    t(c); h=c(b'abc'); print(h.name,h.digest_size,h.block_size,h.hexdigest()); 
    t(lambda:c(b'abc',digest_size=5).hexdigest()); t(lambda:c(b'abc',key=b'k').hexdigest()); t(lambda:c(b'abc',salt=b's',person=b'p').hexdigest()); t(lambda:c(b'abc',fanout=2,depth=3,leaf_size=4,node_offset=5,node_depth=6,inner_size=7,last_node=True).hexdigest())
    t(c,digest_size=0); t(c,digest_size=65); t(c,key=b'x'*65); t(c,salt=b'x'*17); t(c,person=b'x'*17); t(c,fanout=256); t(c,depth=0); t(c,leaf_size=2**32); t(c,leaf_size=-1); t(c,node_offset=2**64); t(c,node_offset=2**48); t(c,node_depth=256); t(c,inner_size=65); t(c,b'a',5); t(c,foo=3); t(c,'a'); t(c,string=b'a'); t(c,b'a',string=b'a')
    h=c(b'abc',key=b'k'); h2=h.copy(); h2.update(b'z'); print(h.hexdigest(),h2.digest())
print([x for x in dir(_blake2)], [x for x in dir(_sha3)])
t(lambda:_sha3.shake_128.__dict__['digest'].__text_signature__)
t(lambda: type(_sha2.sha256(b'').copy()))
for n in ('sha224','sha256','sha384','sha512'): h=getattr(_sha2,n)(b'abc'); print(h.name,h.digest_size,h.block_size,h.hexdigest(), repr(h)[:30])
h=_sha1.sha1(b'abc'); print(h.name,h.digest_size,h.block_size,h.hexdigest(), repr(h)[:20], type(h).__name__, type(m()).__qualname__)
