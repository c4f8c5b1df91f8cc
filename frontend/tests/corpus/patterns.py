def f(x):
    match x:
        case 1 | -2 | 3.5 | 1 + 2j: return "number"
        case "a" "b" | b"c": return "text"
        case None | True | False: return "singleton"
        case a.b.c: return "value"
        case []: return "empty"
        case [a, b]: return a
        case [a, *rest]: return rest
        case [_, *_, last]: return last
        case (1, [2, x as y]): return y
        case {}: return "mapping"
        case {"k": v, 1: {"n": [w]}, **rest}: return v, w, rest
        case C(): return "class"
        case C(1, x=2, y=[z]): return z
        case [C(a=b) | D(a=b)] if b > 1: return b
        case str() as s: return s
        case other: return other
match x, y:
    case _, _: pass
