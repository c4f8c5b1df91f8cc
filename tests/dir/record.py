"""Prints dir() of every built-in type and native module, sorted, in sections.

Runs on CPython 3.14 to record names.txt, and on Sidewinder to be compared with it.  It uses as
little as it can: a gap must show as a gap, not stop the script.
"""
import builtins
import sys

# The modules that are C code in CPython on Linux and that programs import, by themselves or
# through the standard library.
MODULES = """
_abc _ast _asyncio _bisect _blake2 _bz2 _codecs _collections _contextvars _csv _ctypes _datetime
_decimal _elementtree _functools _hashlib _heapq _hmac _imp _interpreters _io _json _locale
_lsprof _lzma _md5 _multiprocessing _opcode _operator _pickle _posixsubprocess _queue _random
_sha1 _sha2 _sha3 _signal _socket _sqlite3 _sre _ssl _stat _statistics _string _struct
_suggestions _symtable _sysconfig _thread _tokenize _tracemalloc _types _typing _uuid _warnings
_weakref _zoneinfo array atexit binascii builtins cmath errno faulthandler fcntl gc grp itertools
marshal math mmap posix pwd pyexpat readline resource select sys syslog termios time unicodedata
zlib
""".split()


def function():
    yield


async def coroutine():
    yield


class Slotted:
    __slots__ = ("x",)


# Types that no module names, by the name that CPython gives them: how to get one of each.
HIDDEN = {
    "function": lambda: function,
    "generator": lambda: function(),
    "async_generator": lambda: coroutine(),
    "builtin_function_or_method": lambda: len,
    "method": lambda: function.__get__(1),
    "method_descriptor": lambda: str.join,
    "wrapper_descriptor": lambda: int.__add__,
    "method-wrapper": lambda: (1).__add__,
    "getset_descriptor": lambda: type.__dict__["__name__"],
    "member_descriptor": lambda: Slotted.x,
    "code": lambda: function.__code__,
    "module": lambda: sys,
    "mappingproxy": lambda: int.__dict__,
    "cell": lambda: cell(),
    "NoneType": lambda: None,
    "ellipsis": lambda: ...,
    "NotImplementedType": lambda: NotImplemented,
    "dict_keys": lambda: {}.keys(),
    "dict_values": lambda: {}.values(),
    "dict_items": lambda: {}.items(),
    "dict_keyiterator": lambda: iter({}),
    "list_iterator": lambda: iter([]),
    "tuple_iterator": lambda: iter(()),
    "set_iterator": lambda: iter(set()),
    "range_iterator": lambda: iter(range(1)),
    "str_ascii_iterator": lambda: iter(""),
    "bytes_iterator": lambda: iter(b""),
    "callable_iterator": lambda: iter(int, 1),
    "GenericAlias": lambda: list[int],
    "Union": lambda: int | str,
    "Template": lambda: t"",
    "traceback": lambda: traceback(),
    "frame": lambda: sys._getframe(),
}


def cell():
    value = 1
    return (lambda: value).__closure__[0]


def traceback():
    try:
        raise ValueError
    except ValueError as error:
        return error.__traceback__


def section(title, names):
    print("[" + title + "]")
    print(" ".join(sorted(names)))


def type_section(title, value, seen):
    """A type's names, but for those of object, which are listed once."""
    if not any(value is other for other in seen):
        seen.append(value)
        common = () if value is object else dir(object)
        section("type " + title, [name for name in dir(value) if name not in common])


def main():
    seen = []
    for name in sorted(dir(builtins)):
        value = getattr(builtins, name)
        if isinstance(value, type) and not name.startswith("__"):
            type_section(name, value, seen)
    for name, make in HIDDEN.items():
        try:
            value = type(make())
        except Exception:
            continue
        type_section(name, value, seen)
    for name in MODULES:
        try:
            module = __import__(name)
        except ImportError:
            continue
        # Left out: what holds for the machine or the build, not for the language.
        names = [n for n in dir(module) if n not in ("__file__", "__builtins__", "_")]
        section("module " + name, names)
        # The node types of the syntax tree are many and hold nothing but fields.
        for n in sorted(names) if name != "_ast" else ():
            value = getattr(module, n, None)
            if isinstance(value, type):
                type_section(name + "." + n, value, seen)


main()
