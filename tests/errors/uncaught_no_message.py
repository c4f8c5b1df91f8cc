class Quiet(Exception):
    pass

class Unprintable(Exception):
    def __str__(self):
        raise ValueError("cannot print")

try:
    raise Unprintable
except Unprintable:
    raise Quiet
