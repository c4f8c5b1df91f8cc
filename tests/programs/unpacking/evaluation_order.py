log = []
def t(name, value=None):
    log.append(name)
    return value
class T:
    def __setattr__(self, n, v): log.append(f"set {n}={v}")
    def __setitem__(self, k, v): log.append(f"item {k}={v}")
    def __getitem__(self, k): log.append(f"get {k}"); return 1
    def __getattr__(self, n): log.append(f"getattr {n}"); return 1
def show(label):
    print(label, log)
    log.clear()
T1 = T()
t("target", T1).a = t("value", 1); show("attr")
t("obj", T1)[t("key", "k")] = t("value", 2); show("item")
t("o1", T1).a, t("o2", T1)[t("k2", 0)] = t("v1", 1), t("v2", 2); show("tuple")
t("obj", T1).b += t("inc", 5); show("aug attr")
t("obj", T1)[t("key", 9)] += t("inc", 5); show("aug item")
print(t("f", print) is t("g", print)); show("is")
t("fn", lambda *a, **k: None)(t("a"), *t("b", []), k=t("c"), **t("d", {})); show("call")
{t("k1"): t("v1"), t("k2"): t("v2")}; show("dict")
[t("a"), t("b")][t("i", 0)]; show("index")
t("a", 1) + t("b", 2) * t("c", 3); show("arith")
t("a", 1) < t("b", 2) < t("c", 3); show("chain")
x = y = t("value", 3); show("multi")
t("a", 0) or t("b", 1) and t("c", 2); show("bool")
print(f"{t('a', 1)}{t('b', 2):{t('w', 3)}}"); show("fstring")
def f(a=t("default"), *, b: t("annotation") = t("kwdefault")) -> t("return"): pass
show("def")
t("x", [1, 2, 3])[t("lo", 0):t("hi", 2):t("st", 1)]; show("slice")
(t("then") if t("cond", True) else t("else")); show("if")
del t("d", {"k": 1})[t("k", "k")]; show("del")
