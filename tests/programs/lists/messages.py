"""What list answers to wrong arguments: the type and the text of each error."""


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



show(lambda: [].pop())
show(lambda: [1].pop(3))
show(lambda: [1].remove(2))
show(lambda: [1].index(2))
show(lambda: [1]['a'])
show(lambda: [1][3])
run("[1]['a']=2")
run("x=[1];x['a']=2")
run('x=[1];x[3]=2')
run('x=[1];del x[3]')
run("x=[1];del x['a']")
run('x=[1];x[0:1]=3')
run('x=[1,2,3];x[::2]=[1]')
run('x=[1,2,3];x[::2]=5')
run('x=[1,2,3];x[::0]=[5]')
show(lambda: [1][::0])
show(lambda: [1]+(1,))
show(lambda: (1,)+[1])
show(lambda: [1]*1.5)
run('x=[1];x+=5')
run("x=[1];x*='a'")
show(lambda: [1].extend(5))
show(lambda: [1][10**30])
show(lambda: [1].insert('a',1))
show(lambda: [1].insert(10**30,1))
show(lambda: [1].sort(1))
show(lambda: [1].sort(foo=1))
show(lambda: [1].sort(key=5))
show(lambda: [1,'a'].sort())
show(lambda: list(a=1))
show(lambda: hash([]))
show(lambda: [1,2,3].index(1,2,3))
show(lambda: [1]<5)
show(lambda: (1,)<[1])
show(lambda: sorted([3,1],key=1))
show(lambda: [].append())
show(lambda: [].append(x=1))
show(lambda: [].pop('a'))
show(lambda: [1,2,3][1:'a'])
show(lambda: [*5])
