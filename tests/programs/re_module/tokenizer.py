import re
SPEC = [("NUM", r"\d+(\.\d*)?"), ("ID", r"[A-Za-z_]\w*"), ("OP", r"[+\-*/=()]"),
    ("SKIP", r"[ \t]+"), ("BAD", r".")]
TOK = re.compile("|".join(f"(?P<{n}>{p})" for n, p in SPEC))
def tokens(s):
    for m in TOK.finditer(s):
        if m.lastgroup != "SKIP":
            yield m.lastgroup, m.group(), m.start()
print(list(tokens("x1 = 3.14 * (y + 42)")))
print(list(tokens("a $ b")))
def evaluate(s):
    toks = [t for t in tokens(s)] + [("END", "", 0)]
    pos = 0
    def peek(): return toks[pos][1]
    def take():
        nonlocal pos
        pos += 1
        return toks[pos - 1]
    def factor():
        kind, text, _ = take()
        if text == "(":
            v = expr()
            take()
            return v
        return -factor() if text == "-" else float(text)
    def term():
        v = factor()
        while peek() in ("*", "/"):
            v = v * factor() if take()[1] == "*" else v / factor()
        return v
    def expr():
        v = term()
        while peek() in ("+", "-"):
            v = v + term() if take()[1] == "+" else v - term()
        return v
    return expr()
print([evaluate(e) for e in ("1 + 2 * 3", "(1 + 2) * 3", "-4 / 2 - 1", "2 * (3 - (4 - 5))")])
