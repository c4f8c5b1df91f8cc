# A line coverage tool: each line is reported once, then disabled where it stands.
import sys

class Coverage:
    def __init__(self, name):
        self.name = name
        self.lines = {}
        self.calls = 0

    def line(self, code, line):
        if code.co_filename == self.name:
            self.calls += 1
            self.lines.setdefault(code.co_qualname, set()).add(line)
        return sys.monitoring.DISABLE

    def __enter__(self):
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.COVERAGE_ID, "coverage")
        monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.LINE, self.line)
        monitoring.set_events(monitoring.COVERAGE_ID, monitoring.events.LINE)
        return self

    def __exit__(self, *exc):
        sys.monitoring.set_events(sys.monitoring.COVERAGE_ID, 0)
        sys.monitoring.free_tool_id(sys.monitoring.COVERAGE_ID)

    def report(self, first):
        for name in sorted(self.lines):
            print(name, sorted(line - first for line in self.lines[name]))
        print("calls", self.calls)

SOURCE = '''
def classify(n):
    if n < 0:
        return "negative"
    elif n == 0:
        return "zero"
    for i in range(n):
        if i == 3:
            break
    else:
        return "small"
    return "big"

def generator(n):
    try:
        for i in range(n):
            yield i
    finally:
        done = True

def errors(x):
    try:
        return 1 / x
    except ZeroDivisionError:
        return None
    finally:
        x = 0

def comprehension(items):
    return [
        item * 2
        for item in items
        if item
    ]

class Thing:
    """Doc."""
    value = 3

    def method(self):
        return (self.value
                if self.value
                else None)

match 3:
    case 1:
        pass
    case int():
        kind = "int"

with open("/dev/null") as stream:
    stream.read()
while True:
    break
classify(2)
classify(9)
list(generator(3))
errors(0)
errors(1)
comprehension([1, 0, 2])
Thing().method()
lambda: 3
assert kind
'''
code = compile(SOURCE, "<measured>", "exec")
with Coverage("<measured>") as coverage:
    exec(code, {})
coverage.report(0)
code = compile(SOURCE, "<measured>", "exec")
with Coverage("<measured>") as coverage:
    exec(code, {})
    sys.monitoring.restart_events()
    exec(code, {})
coverage.report(0)

# Only one function, and only while it is wanted.
names = {}
exec(code, names)
seen = []
monitoring = sys.monitoring
monitoring.use_tool_id(3, "local")
monitoring.register_callback(3, monitoring.events.LINE, lambda code, line: seen.append(line))
monitoring.set_local_events(3, names["classify"].__code__, monitoring.events.LINE)
names["classify"](1)
names["errors"](2)
print(seen, monitoring.get_local_events(3, names["classify"].__code__))
monitoring.set_local_events(3, names["classify"].__code__, 0)
names["classify"](1)
print(len(seen))
monitoring.free_tool_id(3)
