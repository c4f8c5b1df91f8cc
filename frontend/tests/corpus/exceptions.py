try:
    a
except:
    b
try:
    a
except E:
    b
except (F, G) as e:
    c
else:
    d
finally:
    f
try:
    a
finally:
    b
try:
    a
except* E as g:
    b
except* F:
    raise
raise
raise E
raise E from None
def f():
    for x in y:
        try:
            if x: continue
            if z: break
            return x
        except E as e:
            return e
        finally:
            cleanup(x)
def g():
    try:
        return 1
    finally:
        try: h()
        except E: pass
