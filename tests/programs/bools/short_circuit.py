log = []
def t(name, value):
    log.append(name)
    return value
def run(label, value):
    print(label, value, log)
    log.clear()
run("and", t("a", 0) and t("b", 1))
run("or", t("a", 0) or t("b", 1))
run("mixed", t("a", 1) and t("b", []) or t("c", "z"))
run("not", not (t("a", 1) and not t("b", 1)))
run("chain", t("a", 1) < t("b", 3) < t("c", 2) < t("d", 9))
run("if", t("x", 1) if t("c", 0) else t("y", 2))
run("any", any(t(str(i), i == 2) for i in range(5)))
run("all", all(t(str(i), i < 2) for i in range(5)))
while t("w", len(log) < 3):
    t("body", 0)
run("while", None)
