import math
values = [1, 2]

class Point:
    def __init__(self):
        self.position = 1

import traceback
for f in (lambda: vaules, lambda: math.sqrtt(1), lambda: Point().positon, lambda: prnt(1),
        lambda: values.apend(3), lambda: zzzzzz, lambda: Point().q):
    try:
        f()
    except Exception:
        traceback.print_exc()
def inner():
    counter = 1
    return countr
inner()
