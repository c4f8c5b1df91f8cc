# Modules of the library that are Python code load and work.
import dataclasses, typing, enum, re, random, collections.abc, contextlib, abc, types, keyword
import textwrap, string, fractions, statistics, datetime, decimal, difflib, pprint, reprlib
import graphlib, numbers, heapq, bisect, copy, tokenize, ast, inspect, traceback, linecache
import warnings, functools, operator, io, os, json, csv, base64, shlex, fnmatch, calendar, colorsys
import cmd, queue, sched, tempfile, uuid, html, urllib.parse
print(fractions.Fraction(1, 3) + fractions.Fraction(1, 6), statistics.mean([1, 2, 4]),
    statistics.median([3, 1, 2]), decimal.Decimal("0.1") + decimal.Decimal("0.2"),
    datetime.date(2024, 2, 29) + datetime.timedelta(days=366), calendar.isleap(2000),
    keyword.iskeyword("match"), shlex.split("a 'b c' d"), fnmatch.fnmatch("a.py", "*.py"),
    urllib.parse.quote("a b/é"), html.escape("<a&b>"))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"]),
    pprint.pformat({"b": [1, 2], "a": "x" * 10}, width=20), reprlib.repr(list(range(100))),
    list(graphlib.TopologicalSorter({"a": {"b"}, "b": {"c"}}).static_order()),
    ast.dump(ast.parse("x = 1 + 2").body[0]), ast.literal_eval("{'a': [1, (2, 3)]}"),
    inspect.signature(lambda a, b=2, *c, d, **e: 0), list(csv.reader(["a,b", '"x,y",z'])),
    uuid.UUID(int=5), colorsys.rgb_to_hsv(1, 0, 0))
with contextlib.redirect_stdout(io.StringIO()) as out: print("captured")
with contextlib.suppress(KeyError): {}["x"]
with contextlib.ExitStack() as st: st.callback(print, "exit stack"); print("body",
    out.getvalue().strip())
print(contextlib.nullcontext(5).__enter__(), types.SimpleNamespace(a=1, b=2),
    types.MappingProxyType({"k": 1}), isinstance({}, collections.abc.Mapping))
