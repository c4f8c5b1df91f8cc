def load(name):
    try:
        return {"a": 1}[name]
    except KeyError as e:
        raise ValueError(f"no such name: {name}") from e

def use():
    try:
        load("b")
    finally:
        print("cleanup")

use()
