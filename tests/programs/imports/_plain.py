"""A module beside the program."""
print("loading _plain")
VALUE = 42
_hidden = "h"
def double(x): return x * 2
def public(): return "public " + _hidden
