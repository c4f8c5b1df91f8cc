"""What collections answers to wrong arguments: the type and the text of each error."""
import _collections
from collections import defaultdict, deque


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



show(lambda: deque(1))
show(lambda: deque([],-1))
show(lambda: deque([],'a'))
show(lambda: deque([],1,2))
show(lambda: deque(foo=1))
show(lambda: deque().pop())
show(lambda: deque().popleft())
show(lambda: deque([1])[5])
show(lambda: deque([1])['a'])
run('d=deque([1]);d[5]=1')
run('d=deque([1]);del d[5]')
run("d=deque([1]);d['a']=5")
show(lambda: deque([1])[0:1])
show(lambda: deque([1]).remove(2))
show(lambda: deque([1]).index(2))
show(lambda: deque([1]).rotate('a'))
show(lambda: deque([1],maxlen=1).insert(0,5))
show(lambda: deque([1])+[1])
show(lambda: deque([1])+deque([2]))
show(lambda: deque([1])*2)
show(lambda: deque([1],5)*2)
show(lambda: deque([1])<[1])
show(lambda: hash(deque()))
run('d=deque([1,2]);[d.append(1) for x in d]')
show(lambda: deque([1]).maxlen)
run('deque([1]).maxlen=4')
show(lambda: defaultdict(1))
show(lambda: defaultdict(int,1))
show(lambda: defaultdict(None,[(1,2)]))
show(lambda: defaultdict(int)[5])
show(lambda: defaultdict()[5])
show(lambda: defaultdict(int)|{1:2})
show(lambda: _collections._tuplegetter(1,2))
show(lambda: _collections._tuplegetter('a',2))
show(lambda: _collections._tuplegetter(1,'d').__get__(5))
show(lambda: _collections._tuplegetter(1,'d').__get__((1,)))
show(lambda: _collections._tuplegetter(1,'d').__set__((1,),4))
show(lambda: _collections._count_elements({}, 5))
