"""What dict answers to wrong arguments: the type and the text of each error."""


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



show(lambda: {[]:1})
show(lambda: {}[[]])
run('x={};x[[]]=1')
show(lambda: [] in {})
show(lambda: {}.get([]))
show(lambda: {}.pop([]))
run('d={};del d[[]]')
show(lambda: dict.fromkeys([[]]))
show(lambda: {1:2}.pop(3))
show(lambda: {}.popitem())
show(lambda: dict(1))
show(lambda: dict(1,2))
show(lambda: dict([1]))
show(lambda: dict([(1,)]))
show(lambda: dict(['ab','cde']))
show(lambda: dict([(1,2),(1,2,3)]))
show(lambda: {}.update(1))
show(lambda: {}.update(1,2))
show(lambda: {}|1)
run('x={};x|=1')
show(lambda: {}.fromkeys())
show(lambda: {}.fromkeys(1))
show(lambda: hash({}))
show(lambda: {1:2}.items() | 5)
show(lambda: {1:2}.keys() & 5)
show(lambda: {}.keys() < 5)
show(lambda: {1:2}.items().isdisjoint(4))
show(lambda: {}<{})
show(lambda: {}.get())
show(lambda: {}.get(1,2,3))
show(lambda: {}.pop())
show(lambda: {}.items(1))
show(lambda: {}.copy(1))
show(lambda: dict(**5))
show(lambda: (lambda **k:0)(**{'a':1},**{'a':2}))
