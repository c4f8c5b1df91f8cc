# The limit on decimal conversions is 4300 digits.
import sys
print(sys.get_int_max_str_digits())
for f in (lambda: str(10 ** 4300), lambda: int("1" * 4301), lambda: repr(-10 ** 5000),
        lambda: f"{10 ** 4300}"):
    try:
        print(len(str(f())))
    except ValueError as e:
        print(e)
print(len(str(10 ** 4299)), len(hex(10 ** 9000)), int("1" * 4300) % 7)
sys.set_int_max_str_digits(0)
print(len(str(10 ** 5000)))
try:
    sys.set_int_max_str_digits(5)
except ValueError as e:
    print(e)
