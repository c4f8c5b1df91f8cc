import builtins, functools, math, operator, zlib  # those that programs import: CPython needs its own `len` to find them
NAN = float('nan')
INF = float('inf')
count = 0
digest = 0
def shown(value):
    return str(value).split(' object at 0x')[0]
def log(*values):
    global count, digest
    text = ' '.join(map(shown, values))
    digest = zlib.crc32(text.encode('utf-8', 'replace'), digest)
    count += 1
    if count <= 60:
        print(ascii(text))
def note(error):
    lines = []
    step = error.__traceback__
    while step is not None and len(lines) < 12:
        lines.append(step.tb_lineno)
        step = step.tb_next
    log(type(error).__name__, error, lines)
def clip(x):
    if isinstance(x, int):
        return x if -1180591620717411303424 < x < 1180591620717411303424 else x % 1000003
    if isinstance(x, str):
        return x[-12:]
    if isinstance(x, (list, tuple)):
        return x[:5]
    return x
def add(a, b):
    try:
        return clip(a + b)
    except TypeError:
        return type(a).__name__
def less(a, b):
    try:
        return a < b
    except TypeError:
        return None
def same(a, b):
    return a == b
def either(a, b):
    return a or b
