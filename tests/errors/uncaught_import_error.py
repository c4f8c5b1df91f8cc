try:
    import surely_absent_module
except ImportError as e:
    print(e.name, e.path, e)
from sys import NoSuchName
