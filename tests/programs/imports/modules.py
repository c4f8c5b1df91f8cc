import _plain
import _plain as alias
from _plain import VALUE, double as twice
from _plain import *
print(_plain.VALUE, alias is _plain, VALUE, twice(4), public(), "_hidden" in globals(),
    _plain.__name__, _plain.__doc__, _plain.__file__.endswith("_plain.py"), _plain.__spec__.name,
    _plain.__package__ == "")
_plain.VALUE = 99
import _plain
print(_plain.VALUE, VALUE)
import sys
print("_plain" in sys.modules, sys.modules["_plain"] is _plain)
for stmt in ("import _nothing", "from _plain import nothing", "import _plain.sub",
        "from _plain import _hidden, zzz", "import _broken", "import _broken", "from . import x",
        "from .. import y", "import _raises", "from _absent.sub import x"):
    try:
        exec(stmt, {"__name__": "__main__"})
    except Exception as e:
        print(stmt, "->", type(e).__name__, str(e).replace(_plain.__file__, "F"))
print("_raises" in sys.modules, "_broken" in sys.modules)
m = __import__("_plain")
import importlib
print(m is _plain, importlib.import_module("_plain") is m, importlib.reload(m).VALUE)
