# input() without its streams.
import sys

for name in ["stdin", "stdout"]:
    was = getattr(sys, name)
    setattr(sys, name, None)
    try:
        input()
    except RuntimeError as error:
        message = str(error)
    setattr(sys, name, was)
    print(message)
