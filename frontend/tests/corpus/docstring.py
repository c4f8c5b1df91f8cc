"""A docstring
    with indentation."""
def f():
    "one line"
class C:
    """
    cleaned

      kept
    """
