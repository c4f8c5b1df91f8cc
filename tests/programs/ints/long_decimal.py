# Decimal text of ints on both sides of the lengths at which the way of conversion changes.
import sys
sys.set_int_max_str_digits(0)

def check(n):
    text = str(n)
    digits = text.lstrip('-')
    assert int(text) == n and digits[0] != '0', len(text)
    assert repr(n) == text == f'{n}' == '%d' % n
    # Independent of the conversion: digits from the front and from the back.
    magnitude = abs(n)
    assert int(digits[-9:]) == magnitude % 10**9
    assert int(digits[:9]) == magnitude // 10 ** (len(digits) - 9)
    middle = len(digits) // 2
    assert int(digits[middle:middle + 9]) == magnitude // 10 ** (len(digits) - middle - 9) % 10**9
    return len(text)

for exponent in (16384, 32769, 65536, 78914, 98304):
    power = 10**exponent
    for n in (power - 1, power, power + 1, -power, power * 7 + 10 ** (exponent // 2)):
        print(exponent, check(n))
for bits in (262144, 262145, 300001):
    print(bits, check(1 << bits), check((1 << bits) - 1), check(-(1 << bits)))
print(int('0' * 70000 + '12'), int('0' * 70000), int('1_0' * 40000) % 10**12)
for wrong in ('1' * 70000 + 'x', '1' * 70000 + '__1', '-' * 70000):
    try:
        int(wrong)
    except ValueError as error:
        print(str(error)[:60])
