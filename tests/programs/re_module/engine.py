"""Patterns against subjects: what matches, where, and what findall, split, sub and finditer make of it; a checksum a pattern."""
import re
import zlib

PATTERNS = [
    'a*',
    '(a)|b',
    '(a|b)*c',
    '(?:a|ab)(?:c|bcd)(d*)',
    '(a+)+b',
    '(?P<x>\\w+)\\s(?P<y>\\d+)?',
    '(?i)STRASSE|\xdf|\u017f|k',
    '^\\w',
    '(?m)^\\w+$',
    '\\b',
    '\\B',
    '(?<=a)b',
    '(?<!a)b',
    '(?=b)',
    '(a)(?(1)b|c)',
    '(a)?(?(1)b|c)',
    'a{2,3}',
    'a{2,3}?',
    '(?>a+)a',
    'a++b',
    '(?:ab)*+c',
    '(?:ab)*?c',
    '(.)\\1',
    '(?i)(a)\\1',
    '[^a-c]+',
    '[\\w\\s]+?x',
    '[\xe0-\xff]+',
    '[\u0100-\u017f\u4e00-\u9fa5]+',
    '(?s).*',
    '.*',
    'x*',
    '(?:)',
    '$',
    '(?m)$',
    '\\Z',
    '\\A',
    '(((((a)))))',
    '(a)|(b)|(c)',
    '(?:(a)|b)*',
    '(?:(a)|(b)|c)*?d',
    '(a*)*',
    '(a*?)*?b',
    '(?:a?){3}',
    '(ab|a)(bc|c)?',
    '(?=(a+))a*b\\1',
    '(?!b)a',
    '[a\\d]+',
    '\\D+',
    '\\S+',
    '\\W+',
    '(?a:\\w+)',
    '(?-i:a)(?i:b)',
    '\\N{LATIN SMALL LETTER A}',
    '(?x) a  # c',
    '(.+)(.+)',
    '(.+?)(.*)',
    '([^,]*),([^,]*)',
    '"(?:[^"\\\\]|\\\\.)*"',
    '(a(?:b(c)?)?)+',
    '(?:(?:a|b)(?:c|d))+',
    'a|ab|abc|abcd',
    '((?:a)?)*',
    '(?:x|(a))+?b',
    '(?:(?:(a)|b)*?c)+?d',
    '((a)|b){2,}?c',
]
SUBJECTS = [
    '',
    'a',
    'b',
    'ab',
    'abc',
    'aab',
    'aaab',
    'abcd',
    'ac',
    'bc',
    'acd',
    'hello 42 x',
    'Stra\xdfe \u017f K k STRASSE',
    'a\nb\n',
    'aa',
    'Aa',
    'xyz',
    '\xe0\xe9\xff',
    '\u0100\u017f\u4e2d\u6587',
    'a,b',
    '"a\\"b" c',
    'abab',
    'ababc',
    'abcabc',
    'bbac',
    'cbad',
    'aaaa',
    'x\U0001f600y',
    '\udc80a',
    '   ',
    '12 ab',
    'abcbcd',
    'aabbcd',
    'acbcd',
    'abbaabc',
    'bcacd',
]


def results(pattern, subject):
    for name in ("match", "search", "fullmatch"):
        found = getattr(pattern, name)(subject)
        yield found and (found.regs, found.lastindex, found.lastgroup, found.groups())
    brackets = b"[" if isinstance(subject, bytes) else "["
    yield pattern.findall(subject), pattern.split(subject), pattern.sub(brackets, subject)
    yield pattern.subn(lambda found: found.group() * 2, subject, 2)
    yield [found.span() for found in pattern.finditer(subject)]
    for start, end in ((1, 2), (0, 1), (1, 99), (-3, 2)):
        for found in (pattern.match(subject, start, end), pattern.search(subject, start, end)):
            yield found and found.regs
        yield pattern.findall(subject, start, end)


for source in PATTERNS:
    pattern = re.compile(source)
    text = ascii([list(results(pattern, subject)) for subject in SUBJECTS])
    print(ascii(source), zlib.crc32(text.encode()))
    if source.isascii() and "\\N" not in source:
        pattern = re.compile(source.encode())
        subjects = [subject.encode("latin-1") for subject in SUBJECTS if all(c < "\u0100" for c in subject)]
        text = ascii([list(results(pattern, subject)) for subject in subjects])
        print("   ", zlib.crc32(text.encode()))
