x = "global"
def a():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e)
    x = 1
def b():
    global x
    print(x)
    x = "changed"
def c(flag):
    if flag:
        y = 1
    try:
        return y
    except UnboundLocalError as e:
        return str(e)
def d():
    z = 1
    del z
    try:
        z
    except UnboundLocalError as e:
        print(e)
    try:
        del z
    except UnboundLocalError as e:
        print(e)
def e():
    for i in []:
        pass
    try:
        print(i)
    except UnboundLocalError as err:
        print(err)
a(); b(); print(x, c(True), c(False)); d(); e()
try:
    undefined_name
except NameError as err:
    print(err, err.name)
try:
    del undefined_name
except NameError as err:
    print(err)
