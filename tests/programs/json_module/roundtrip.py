import json
data = {"a": [1, 2.5, -3e10, True, False, None], "é€": "q\"\\\n\u2028𝄞",
    "nested": {"x": {}, "y": []}, "big": 2**70}
s = json.dumps(data)
print(s, json.loads(s) == data)
print(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True),
    json.dumps([1, {"a": 2}], separators=(",", ":")),
    json.dumps({1: "i", 2.5: "f", None: "n", True: "b"}), json.dumps((1, 2)), json.dumps("a/b"),
    json.dumps([], indent=4), json.dumps({"k": [1, 2]}, indent="\t"))
print(json.loads(' {"a" : [1 , 2.0, 1e2, -0, "\\u00e9\\ud834\\udd1e\\n"] } '), json.loads("[]"),
    json.loads('"x"'), json.loads("NaN"), json.loads("-Infinity"), json.loads(b'{"k": 1}'),
    json.loads("1.5", parse_float=str), json.loads('{"a": 1}', object_hook=lambda d: sorted(d)),
    json.loads('{"a": 1, "a": 2}', object_pairs_hook=list), json.dumps(float("nan")),
    json.dumps(float("inf")))
class E(json.JSONEncoder):
    def default(self, o): return sorted(o) if isinstance(o, set) else super().default(o)
print(json.dumps({1, 3, 2}, cls=E), json.dumps(1j, default=str),
    json.dumps({(1, 2): 3}, skipkeys=True))
for text in ("", "{", "[1,]", '{"a"}', "{'a': 1}", "[1 2]", "tru", '"abc', '"\x01"', "1 2",
        '{"a": }', "[1", "nul", '"\\x"', "01", "-", '{"a":1,}'):
    try:
        print(json.loads(text))
    except json.JSONDecodeError as e:
        print(repr(text), "->", e, e.pos, e.lineno, e.colno)
circ = []
circ.append(circ)
for f in (lambda: json.dumps({1}), lambda: json.dumps(object), lambda: json.dumps({(1,): 2}),
        lambda: json.dumps(circ), lambda: json.dumps(float("nan"), allow_nan=False),
        lambda: json.loads(5), lambda: json.dumps(b"x")):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
