import _package.sub.deep
import _package.sibling as sib
from _package import exported, sub
from _package.sub import deep as d
print(_package.sub.deep.where(), sib.NAME, exported, sub.__name__, d is _package.sub.deep,
    _package.__path__[0].endswith("_package"), d.__package__, d.parent_name, sub.relative)
from _package import *
print(from_all, "not_in_all" in globals())
import _package.lazy
print(_package.lazy.attr_by_getattr, _package.dynamic_thing)
for stmt in ("import _package.nope", "from _package import nope", "import _package.sibling.x",
        "from _package.sub.deep import zz"):
    try:
        exec(stmt)
    except ImportError as e:
        import re
        print(type(e).__name__, e.name, re.sub(r"\(.*\)", "(F)", str(e)))
import sys
print(sorted(n for n in sys.modules if n.startswith("_package")))
