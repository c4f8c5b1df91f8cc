"""Checksums, compression and decompression: containers, faults, streams in pieces."""
import zlib
def t(f,*a,**k):
    try: print(repr(f(*a,**k))[:120])
    except BaseException as e: print(type(e).__name__, e)
d=b'hello hello hello hello'*10
c=bytes.fromhex('789ccb48cdc9c957c84027310486b6300031f756e1'); print(zlib.decompress(c)==d, c[:2])
t(zlib.compress); t(zlib.compress,'a'); t(zlib.compress,d,10); t(zlib.compress,d,-2); t(zlib.compress,d,wbits=3); t(zlib.compress,d,level=0); t(zlib.decompress,b''); t(zlib.decompress,b'abc'); t(zlib.decompress,c[:-1]); t(zlib.decompress,c[:-4]+b'abcd'); t(zlib.decompress,c+b'xx'); t(zlib.decompress,b'x\x9c\xff\xff'); t(zlib.decompress,c,-15); t(zlib.decompress,c,31); t(zlib.decompress,c,47)
t(zlib.decompress,c,8);t(zlib.decompress,c,0); t(zlib.decompress,c,99); t(zlib.decompress,c,bufsize=0); t(zlib.decompress,c,bufsize=-1); t(zlib.decompress,c,bufsize=1)
g=zlib.compress(d,wbits=31); print(g[:10]); t(zlib.decompress,g,31); t(zlib.decompress,g,47); t(zlib.decompress,g); t(zlib.decompress,g[:-1],31); t(zlib.decompress,g[:-1]+b'\0',31); t(zlib.decompress,g[:-5]+b'1'+g[-4:],31)
r=zlib.compress(d,wbits=-15); t(zlib.decompress,r,-15); t(zlib.decompress,r); t(zlib.decompress,r[:-1],-15)
t(zlib.crc32,b'abc'); t(zlib.crc32,b'abc',5); t(zlib.crc32,b'abc',-1); t(zlib.crc32,b'abc',2**40); t(zlib.adler32,b'abc'); t(zlib.adler32,b'abc',99); t(zlib.adler32,b'x'*100000,2**33+7); t(zlib.crc32,'a')
o=zlib.compressobj(); x=o.compress(d)+o.flush(zlib.Z_SYNC_FLUSH)+o.compress(d)+o.flush(); t(zlib.decompress,x); t(o.compress,b'a'); t(o.flush); t(zlib.compressobj,10); t(zlib.compressobj,-1,7); t(zlib.compressobj,wbits=7); t(zlib.compressobj,memLevel=0); t(zlib.compressobj,strategy=9); print(type(o)); t(type(o))
q=zlib.decompressobj(); print(q.decompress(c[:5])+q.decompress(c[5:]+b'tail'),q.unused_data,q.eof,q.unconsumed_tail); t(q.flush); t(q.decompress,b'more'); print(q.unused_data); print(type(q))
q=zlib.decompressobj(); t(q.decompress,b'junk'); q=zlib.decompressobj(); q.decompress(c[:5]); t(q.flush); t(q.flush,0); t(q.decompress,b'',-1); t(zlib.decompressobj,wbits=99); t(zlib.decompressobj,zdict=5)
z=zlib._ZlibDecompressor(); print(z.eof,z.needs_input,z.unused_data); print(z.decompress(c,5), z.eof, z.needs_input); print(len(z.decompress(b'')),z.eof,z.unused_data); t(z.decompress,b'')
