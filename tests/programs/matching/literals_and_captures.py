import math
def f(x):
    match x:
        case 0: return "zero"
        case -1.5: return "minus one and a half"
        case 1 + 2j: return "complex"
        case "a" | "b": return "a or b"
        case b"bytes": return "bytes"
        case None: return "none"
        case True: return "true"
        case math.pi: return "pi"
        case int(n) if n > 100: return f"big {n}"
        case int() | float() as num: return f"number {num}"
        case str(s): return f"str {s}"
        case other: return f"other {type(other).__name__}"
for x in (0, 0.0, False, True, 1, -1.5, 1 + 2j, "a", "b", "c", b"bytes", None, math.pi, 101, 5,
        2.5, [], object):
    print(repr(x)[:20], f(x))
def no_match(x):
    match x:
        case 1: return "one"
    return "fell through"
print(no_match(1), no_match(2))
match 5:
    case n if n < 3: print("small")
    case n: print("bound", n)
match 1, 2:
    case a, b: print(a, b)
match = {"match": 1}; case = 2
print(match["match"], case)
