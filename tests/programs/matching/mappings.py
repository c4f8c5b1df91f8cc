def f(x):
    match x:
        case {"type": "point", "x": x, "y": y}: return f"point {x} {y}"
        case {"type": "circle", **rest}: return f"circle {rest}"
        case {"k": [a, {"deep": b}]}: return f"deep {a} {b}"
        case {1: one, None: n}: return f"odd keys {one} {n}"
        case {"only": None}: return "only none"
        case {}: return f"some mapping of {len(x)}"
        case _: return "no mapping"
from collections import defaultdict, OrderedDict
for x in ({"type": "point", "x": 1, "y": 2, "z": 3}, {"type": "circle", "r": 5},
        {"k": [1, {"deep": 2, "more": 3}]}, {1: "a", None: "b"}, {"only": None}, {"only": 1}, {},
        [], OrderedDict(type="circle"), defaultdict(list)):
    print(f(x))
d = defaultdict(list)
match d:
    case {"absent": v}: print("created")
    case _: print("not created", dict(d))
key = "dyn"
class K: name = "dotted"
match {"dotted": 1}:
    case {K.name: v}: print("dotted key", v)
try:
    exec('match {}:\n  case {"a": 1, "a": 2}: pass')
except SyntaxError as e:
    print(e.msg)
try:
    class D: a = b = "same"
    match {"same": 1}:
        case {D.a: x, D.b: y}: pass
except ValueError as e:
    print(e)
