# Lists that change while they are sorted: only what makes them hold something counts, or lets go of it again.
def sort(change):
    x = [3, 1, 2]

    def key(v):
        change(x)
        return v

    try:
        x.sort(key=key)
    except (ValueError, IndexError, TypeError) as error:
        return type(error).__name__, str(error), x
    return x


def delete(x):
    del x[:]


def assign(x):
    x[:] = []


def fill_and_clear(x):
    x.append(1)
    x.clear()


def repeat(x):
    x *= 0


for change in [len, list.clear, delete, assign, repeat, fill_and_clear, list.pop, lambda x: x.append(9), lambda x: x.extend([])]:
    print(getattr(change, "__name__", change), sort(change))
