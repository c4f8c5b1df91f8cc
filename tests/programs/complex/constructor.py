# complex(): what it takes, and what it says of the rest.
import warnings

warnings.simplefilter("ignore")


class F:
    def __float__(self):
        return 2.5


class I:
    def __index__(self):
        return 5


class C:
    def __complex__(self):
        return 1 + 2j


class Wrong:
    def __complex__(self):
        return 1.0


print(complex(), complex(1), complex(1, 2), complex(real=1, imag=2))
print(complex(imag=3), complex(1.5, -0.0))
print(complex(F()), complex(I()), complex(C()), complex(F(), I()), complex(1, F()), complex(True))
print(complex(1j, 2j), complex(1, 2j), complex(1j, 2), complex(real=1j), complex(C(), 1))
number = complex.from_number
print(number(5), number(1.5), number(1j), number(C()))
print((1 + 2j).__complex__(), (1 + 2j).__getnewargs__(), C().__complex__())
for arguments in ((1, 2, 3), ("1", 2), (1, "2"), ("a",), ([],), (1, []), (b"1",), (10**400,),
                  (Wrong(),), (None,)):
    try:
        print(complex(*arguments))
    except Exception as error:
        print(type(error).__name__, error)
for keywords in ({"x": 1}, {"real": "1"}):
    try:
        print(complex(**keywords))
    except Exception as error:
        print(type(error).__name__, error)
try:
    complex.from_number("1")
except TypeError as error:
    print(error)
