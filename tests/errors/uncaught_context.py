class Custom(Exception):
    """An exception of the program's own."""

def first():
    raise Custom("one", 2)

try:
    first()
except Custom:
    [].pop()
