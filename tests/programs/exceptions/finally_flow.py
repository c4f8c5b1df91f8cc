log = []
def f(how):
    for i in range(3):
        try:
            log.append(f"try{i}")
            if how == "return": return "from try"
            if how == "break": break
            if how == "continue": continue
            if how == "raise": raise ValueError("v")
            log.append("body")
        except ValueError:
            log.append("except")
            if i == 1: return "from except"
        else:
            log.append("else")
        finally:
            log.append("finally")
    else:
        log.append("for-else")
    return "end"
for how in ("return", "break", "continue", "raise", "none"):
    print(how, f(how), log)
    log.clear()
def nested():
    try:
        try:
            raise KeyError("inner")
        finally:
            log.append("f1")
    except KeyError as e:
        log.append(e.args)
        try:
            1 / 0
        except ZeroDivisionError as z:
            log.append(type(z.__context__).__name__)
        finally:
            log.append("f2")
    finally:
        log.append("f3")
    return log
print(nested())
def gen_finally():
    while True:
        try:
            try:
                yield 1
            finally:
                log.append("a")
        finally:
            log.append("b")
log.clear()
g = gen_finally(); next(g); next(g); g.close()
print(log)
def order():
    def r(): log.append("evaluated"); return 1
    try:
        return r()
    finally:
        log.append("after")
log.clear()
print(order(), log)
