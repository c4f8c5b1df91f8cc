import builtins
def tree(cls, depth=0):
    print("  " * depth + cls.__name__, "" if cls.__module__ == "builtins" else cls.__module__)
    for sub in sorted(cls.__subclasses__(), key=lambda c: c.__name__):
        if sub.__module__ == "builtins" and getattr(builtins, sub.__name__, None) is sub:
            tree(sub, depth + 1)
tree(BaseException)
