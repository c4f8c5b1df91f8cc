"""What set and frozenset answers to wrong arguments: the type and the text of each error."""


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



show(lambda: {[]})
show(lambda: [] in set())
show(lambda: set().add([]))
show(lambda: {}.setdefault([],1))
show(lambda: set().remove([]))
show(lambda: set().discard([]))
show(lambda: frozenset([[]]))
show(lambda: set().pop())
show(lambda: set().remove(3))
show(lambda: set(1))
show(lambda: set(1,2))
show(lambda: set(a=1))
show(lambda: frozenset(a=1))
show(lambda: set()|[])
show(lambda: set()<[])
show(lambda: set()-[])
run('x=set();x|=[]')
show(lambda: set().union(1))
show(lambda: hash(set()))
show(lambda: {}.setdefault())
show(lambda: set().add())
show(lambda: set().add(1,2))
show(lambda: set().pop(1))
show(lambda: {**5})
show(lambda: {*5})
