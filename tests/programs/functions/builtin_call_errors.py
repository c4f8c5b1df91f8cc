calls = ["len(5)", "abs('a')", "ord('ab')", "chr('a')", "int('x', base=99)", "isinstance(1, 5)",
    "issubclass(1, int)", "iter(5)", "next(5)", "next([])", "sum('a')", "sum(['a'])",
    "sum([1], 'a')", "max()", "max([])", "max(1)", "min(1, 'a')", "min([], default=0)",
    "max([1], key=5)", "sorted()", "range('a')", "zip(5)", "map(5)", "map()", "list(map(5, [1]))",
    "filter(None)", "enumerate(5)", "enumerate([], 'a')", "reversed({1})", "reversed(5)",
    "round('a')", "divmod(1)", "pow('a', 1)", "hash([])", "id()", "getattr(1)", "getattr(1, 5)",
    "getattr(1, 'zz')", "setattr(1, 'x', 2)", "delattr(1, 'real')", "hasattr(1, 2)", "vars(1)",
    "dir(1, 2)", "callable()", "format(1, 2)", "input(1, 2)", "open()", "any(5)", "all(None)",
    "bytes('a')", "type()", "type(1, 2)", "type('A', 5, {})", "type(5, (), {})", "super()",
    "object(1)", "eval(5)", "exec(5)", "compile('1')", "compile('1', 'f', 'zzz')", "__import__(5)",
    "bool(1, 2)", "str.join(5, [])", "str.upper()", "str.upper(5)", "''.join()", "[].append()",
    "[].append(1, 2)", "{}.get()", "{}.update(1, 2)", "int.__add__(1)", "list.append(1, 2)",
    "dict.fromkeys()", "list(zip([1], [1, 2], strict=True))", "sum([[1], [2]], [])",
    "print(sep=5)", "bin()", "memoryview()", "slice()", "property(1, 2, 3, 4, 5)",
    "staticmethod()", "frozenset(1, 2)", "complex('a')", "aiter(1)", "breakpoint.__name__"]
for call in calls:
    try:
        print(call, "->", eval(call))
    except Exception as e:
        print(call, "->", type(e).__name__, e)
