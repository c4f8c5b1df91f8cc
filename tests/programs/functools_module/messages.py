"""What functools answers to wrong arguments: the type and the text of each error."""
import functools
from functools import Placeholder, cmp_to_key, lru_cache, partial, reduce


def show(expression):
    try:
        print(expression())
    except Exception as error:
        print(type(error).__name__, error)


def run(statement):
    try:
        exec(statement)
    except Exception as error:
        print(type(error).__name__, error)



show(lambda: reduce())
show(lambda: reduce(1))
show(lambda: reduce(lambda a,b:a,[]))
show(lambda: reduce(1,[1,2]))
show(lambda: reduce(1,5))
show(lambda: partial())
show(lambda: partial(1))
show(lambda: partial(foo=1))
show(lambda: partial(pow,Placeholder))
show(lambda: partial(pow,Placeholder,2)())
show(lambda: partial(pow,Placeholder,2)(3))
show(lambda: partial(pow,a=Placeholder))
show(lambda: type(Placeholder)())
show(lambda: type(Placeholder)(1))
show(lambda: cmp_to_key())
show(lambda: cmp_to_key(1)(2)<cmp_to_key(1)(3))
show(lambda: cmp_to_key(lambda a,b:a-b)(1)<5)
show(lambda: hash(cmp_to_key(lambda a,b:0)(1)))
show(lambda: functools._lru_cache_wrapper())
show(lambda: lru_cache(2.5))
show(lambda: functools._lru_cache_wrapper(1,2,3,4))
show(lambda: functools._lru_cache_wrapper(len,'a',3,4))
