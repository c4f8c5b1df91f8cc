"""What range and slice answers to wrong arguments: the type and the text of each error."""


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



show(lambda: range())
show(lambda: range(1,2,3,4))
show(lambda: range(1,2,0))
show(lambda: range(1.5))
show(lambda: range('a'))
show(lambda: range(5)[10])
show(lambda: range(5)['a'])
show(lambda: range(5).index(10))
show(lambda: range(a=1))
show(lambda: slice())
show(lambda: slice(1,2,3,4))
show(lambda: slice(1,2,0).indices(5))
show(lambda: slice(1,2).indices(-1))
show(lambda: slice('a').indices(5))
show(lambda: hash(slice(1,2,3)))
