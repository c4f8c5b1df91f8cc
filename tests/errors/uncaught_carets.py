# The carets mark the failing part of a line.
def pick(data, key): return data[key][0].name.first(1, 2)

class N: pass

data = {"k": [N()], "n": None}
for expression in (lambda: pick(data, "n"), lambda: pick(data, "k"), lambda: data["a"]["b"],
    lambda: 1 + data["n"] * 2, lambda: (data["k"] +
        data["n"]), lambda: data["n"](1,
        2), lambda: "é€" + data["n"].upper, lambda: -data["n"], lambda: data["k"][0]):
    try:
        expression()
    except Exception:
        import traceback
        traceback.print_exc()
data["n"].attribute = pick(data, "k")
