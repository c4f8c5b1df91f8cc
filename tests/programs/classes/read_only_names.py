# What the AttributeError of a refused assignment knows.
class Plain:
    __slots__ = ("a",)
    K = 1

    def k(self):
        return 2


one = Plain()


def attempt(change):
    try:
        change()
    except AttributeError as error:
        print(error, error.name, error.obj is one)


attempt(lambda: setattr(one, "K", 2))
attempt(lambda: delattr(one, "K"))
attempt(lambda: setattr(one, "k", 2))
attempt(lambda: setattr(one, "other", 2))
attempt(lambda: delattr(one, "a"))
