import a
import a.b.c
import a.b as c, d as e
from a import b
from a import b as c, d
from a import (b, c,)
from . import a
from .. import b
from ..a.b import c as d
from a import *
def f():
    import a.b
    from a import b
    return a, b
