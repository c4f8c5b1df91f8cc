"""What tuple answers to wrong arguments: the type and the text of each error."""


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



show(lambda: (1,).index(2))
show(lambda: (1,)[3])
show(lambda: (1,)['a'])
show(lambda: list(1))
show(lambda: list(1,2))
show(lambda: tuple(a=1))
show(lambda: tuple(1,2))
show(lambda: tuple(5))
show(lambda: [].index(1,'a'))
show(lambda: [].__reversed__(1))
show(lambda: [].append(1,2))
show(lambda: [].pop(1,2))
show(lambda: [].__init__(1,2))
show(lambda: (1,2).count())
show(lambda: (1,2).index())
show(lambda: (1,2).index(1,'a'))
show(lambda: ((*5,)))
