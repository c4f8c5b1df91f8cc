def f(*args, **kwargs):
    raise TypeError("wrong arguments")

value = [
    1,
    f(
        "a",
        b=2,
    ),
]
