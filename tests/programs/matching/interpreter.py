# A small expression evaluator by patterns.
def ev(e, env):
    match e:
        case int() | float(): return e
        case str(name): return env[name]
        case ("+", *args): return sum(ev(a, env) for a in args)
        case ("*", a, b): return ev(a, env) * ev(b, env)
        case ("-", a): return -ev(a, env)
        case ("let", [(str(n), v), *more], body):
            env = env | {n: ev(v, env)}
            return ev(("let", more, body) if more else body, env)
        case ("if", c, t, f): return ev(t if ev(c, env) else f, env)
        case ("fn", [*params], body): return lambda *a: ev(body, env | dict(zip(params, a)))
        case [f, *args] if callable(fn := ev(f, env)): return fn(*(ev(a, env) for a in args))
        case _: raise ValueError(f"bad {e!r}")
print(ev(("+", 1, ("*", 2, 3), ("-", 4)), {}))
print(ev(("let", [("x", 5), ("y", ("+", "x", 1))], ("*", "x", "y")), {}))
print(ev(("let", [("sq", ("fn", ["n"], ("*", "n", "n")))], ("+", ("sq", 3), ("sq", 4))), {}))
print(ev(("if", 0, "boom", ("max", 3, 9)), {"max": max}))
try:
    ev((), {})
except ValueError as e:
    print(e)
