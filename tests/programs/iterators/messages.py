"""What the built-in iterators answers to wrong arguments: the type and the text of each error."""


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



show(lambda: iter(1))
show(lambda: iter(1,2))
show(lambda: next(1))
show(lambda: enumerate())
show(lambda: enumerate(1))
show(lambda: enumerate([],'a'))
show(lambda: enumerate([],1,2))
show(lambda: enumerate([],foo=1))
show(lambda: enumerate(start=1))
show(lambda: zip(1))
show(lambda: zip([],1))
show(lambda: list(zip([1],[],strict=True)))
show(lambda: list(zip([],[1],strict=True)))
show(lambda: list(zip([1],[1],[],strict=True)))
show(lambda: list(zip([],[],[1],strict=True)))
show(lambda: zip(foo=1))
show(lambda: map())
show(lambda: map(1))
show(lambda: map(None,1))
show(lambda: list(map(lambda a,b:a,[1,2],[1],strict=True)))
show(lambda: list(map(lambda a,b,c:a,[1],[1],[1,2],strict=True)))
show(lambda: map(1,[],foo=2))
show(lambda: filter())
show(lambda: filter(1))
show(lambda: filter(None,1))
show(lambda: filter(None,[],a=2))
show(lambda: reversed())
show(lambda: reversed(1))
show(lambda: reversed({1}))
show(lambda: reversed([],1))
show(lambda: reversed(a=1))
show(lambda: iter([]).__setstate__('a'))
run('a,b=iter([1,2,3])')
