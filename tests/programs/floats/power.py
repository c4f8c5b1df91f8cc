for f in (lambda: 2.0 ** 0.5, lambda: (-8) ** 3.0, lambda: 2 ** 0.5, lambda: 0.0 ** 0,
    lambda: 1e200 ** 2, lambda: 0.0 ** -1, lambda: float("nan") ** 0,
          lambda: 1.0 ** float("inf"), lambda: (-1.0) ** float("inf"), lambda: 2.0 ** -1074,
              lambda: 2.0 ** -1075, lambda: 10.0 ** 308, lambda: 10.0 ** 309, lambda: (-0.0) ** -3,
          lambda: float("-inf") ** 3, lambda: float("-inf") ** -3, lambda: 4 ** -0.5,
                  lambda: pow(2.5, 2)):
    try:
        print(f())
    except (OverflowError, ZeroDivisionError) as e:
        print(type(e).__name__, e)
