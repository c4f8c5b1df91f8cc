"""What unpacking answers to wrong arguments: the type and the text of each error."""


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



run('a,b=5')
run('a,b=1,2,3')
run('a,b=1,')
run('a,*b,c=1,')
run('a,b=[1,2,3,4]')
