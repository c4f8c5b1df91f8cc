"""What array answers to wrong arguments: the type and the text of each error."""
import array


def show(expression):
    try:
        print(expression())
    except Exception as error:
        print(type(error).__name__, error)


def run(statement):
    try:
        exec(statement)
    except Exception as error:
        print(type(error).__name__, error)



show(lambda: array.array())
show(lambda: array.array('z'))
show(lambda: array.array('i','a'))
show(lambda: array.array('i',['a']))
show(lambda: array.array('i',[2**40]))
show(lambda: array.array('b',[200]))
show(lambda: array.array('B',[-1]))
show(lambda: array.array('H',[70000]))
show(lambda: array.array('h',[70000]))
show(lambda: array.array('I',[-1]))
show(lambda: array.array('I',[2**40]))
show(lambda: array.array('L',[-1]))
show(lambda: array.array('Q',[2**70]))
show(lambda: array.array('q',[2**70]))
show(lambda: array.array('f',['a']))
show(lambda: array.array('w','abc'))
show(lambda: array.array('i',b'123'))
show(lambda: array.array(1))
show(lambda: array.array('ab'))
show(lambda: array.array('i',[1,2])[5])
show(lambda: array.array('i',[1,2])['a'])
run("a=array.array('i',[1,2]);a[5]=1")
run("a=array.array('i',[1,2]);a['a']=1")
run("a=array.array('i',[1,2]);a[0]='x'")
run("a=array.array('i',[1,2]);a[0:1]=[1]")
run("a=array.array('i',[1,2]);a[0:1]=array.array('b',[1])")
run("a=array.array('i',[1,2]);a[::2]=array.array('i',[1,2,3])")
show(lambda: array.array('i')+[1])
show(lambda: array.array('i')+array.array('b'))
run("a=array.array('i');a+=[1]")
show(lambda: array.array('i').extend(5))
show(lambda: array.array('i').extend([1.5]))
show(lambda: array.array('i').fromlist(5))
show(lambda: array.array('i').frombytes(5))
show(lambda: array.array('i').frombytes(b'123'))
show(lambda: array.array('i').pop())
show(lambda: array.array('i').remove(5))
show(lambda: array.array('i').index(5))
show(lambda: array.array('i').tounicode())
show(lambda: array.array('i',[1])<array.array('i',[2]))
show(lambda: array.array('i',[1])==array.array('d',[1]))
show(lambda: array.array('i').byteswap())
show(lambda: (array.array('i',[1]).__reduce_ex__(2), array.array('i',[1]).__reduce_ex__(3)))
show(lambda: array.typecodes)
show(lambda: hash(array.array('i')))
show(lambda: array.array('i',foo=1))
show(lambda: array.array('i',[1],2))
