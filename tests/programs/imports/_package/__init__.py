print("package init", __name__)
__all__ = ["from_all", "sibling"]
from_all = "all"
not_in_all = 1
exported = "exported"
def __getattr__(name):
    if name == "dynamic_thing":
        return "dynamic"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
