from typing import (
    Any, Union, Optional, List, Dict, Callable, Tuple, TypeVar, Generic, NamedTuple, TypedDict,
    Literal, Protocol, runtime_checkable, get_type_hints, get_origin, get_args, cast, overload,
    NewType, Annotated, Final, ClassVar)
print(Optional[int], Union[int, str], Union[int], Union[int, None] == Optional[int], List[int],
    Dict[str, int], Callable[[int], str], Tuple[int, ...], Literal[1, "a"], Annotated[int, "meta"],
    Any, Final[int])
print(get_origin(List[int]), get_args(Dict[str, int]), get_origin(int | str),
    get_args(Callable[[int, str], bool]), get_origin(list[int]), get_args(Literal[1, 2]))
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self): self.items = []
    def push(self, x: T) -> None: self.items.append(x)
s = Stack[int]()
s.push(1)
print(s.items, Stack[int], Stack.__parameters__, T)
class Emp(NamedTuple):
    name: str
    id: int = 3
    def hi(self): return f"hi {self.name}"
print(Emp("a"), Emp("b", 5).id, Emp._fields, Emp("c").hi(), Emp.__annotations__)
class Movie(TypedDict, total=False):
    title: str
    year: int
print(Movie(title="x"), Movie.__optional_keys__ == {"title", "year"}, Movie.__total__)
@runtime_checkable
class Sized(Protocol):
    def size(self) -> int: ...
class Has:
    def size(self): return 1
print(isinstance(Has(), Sized), isinstance(5, Sized))
UserId = NewType("UserId", int)
print(UserId(5), UserId.__name__, cast(str, 5))
def f(a: int, b: "list[int]" = None, *c: str) -> Optional[str]: ...
print(get_type_hints(f))
for g in (lambda: Union[()], lambda: Optional[int, str], lambda: List[int, str], lambda: Any(),
        lambda: Stack[int, str], lambda: isinstance(1, List[int]), lambda: Literal[1]()):
    try:
        print(g())
    except TypeError as e:
        print(e)
