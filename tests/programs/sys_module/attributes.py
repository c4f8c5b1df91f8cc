import sys
print(sys.version_info[:2], sys.version_info >= (3, 14), sys.version_info.major,
    sys.maxsize == 2**63 - 1, sys.byteorder, sys.maxunicode, sys.platform, type(sys.argv),
    sys.float_info.max, sys.float_info.dig, sys.float_info.epsilon,
    sys.int_info.bits_per_digit > 0, sys.hash_info.modulus, sys.hash_info.inf,
    sys.getrecursionlimit(), sys.getdefaultencoding(), sys.getfilesystemencoding(),
    sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())
print("sys" in sys.modules, sys.modules["sys"] is sys, sys.modules["__main__"].__name__,
    sys.intern("abc") is sys.intern("ab" + "c"), sys.flags.optimize, sys.implementation.name != "",
    sys.implementation.version[:2], isinstance(sys.path, list), sys.getsizeof(1) > 0,
    hasattr(sys, "ps1"), sys.exc_info(), callable(sys.exit), sys.dont_write_bytecode,
    sys.api_version > 0, sys.hexversion >> 16 == 0x30e)
def depth(): return sys._getframe(0).f_code.co_name, sys._getframe(1).f_code.co_name
print(depth(), sys.displayhook.__name__, sys.excepthook.__name__)
for f in (lambda: sys._getframe(1000), lambda: sys.setrecursionlimit(), lambda: sys.intern(5),
        lambda: sys.getsizeof(), lambda: sys.nope):
    try:
        f()
    except (ValueError, TypeError, AttributeError) as e:
        print(type(e).__name__, e)
