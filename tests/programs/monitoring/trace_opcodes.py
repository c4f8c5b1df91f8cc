# Which events a frame's f_trace_opcodes brings, by when it is set; and what the attribute takes.
import sys


def small():
    t = 0
    for i in range(2):
        t += i
    return t


first = small.__code__.co_firstlineno


def run(answer):
    events = []

    def tracer(frame, event, arg):
        events.append((event, frame.f_lineno - first, frame.f_lasti))
        return answer(frame, event, tracer)

    sys.settrace(tracer)
    small()
    sys.settrace(None)
    print(answer.__name__, events)


def always(frame, event, tracer):
    frame.f_trace_opcodes = True
    return tracer


def never(frame, event, tracer):
    return tracer


def at_call(frame, event, tracer):
    if event == "call":
        frame.f_trace_opcodes = True
    return tracer


def at_some_lines(frame, event, tracer):
    if event == "line":
        frame.f_trace_opcodes = frame.f_lineno - first == 2
    return tracer


def with_function_at_call(frame, event, tracer):
    if event == "call":
        frame.f_trace = tracer
        frame.f_trace_opcodes = True
    return tracer


def function_after_it(frame, event, tracer):
    if event == "call":
        frame.f_trace_opcodes = True
        frame.f_trace = tracer
        return None
    return tracer


def without_lines(frame, event, tracer):
    frame.f_trace_lines = False
    frame.f_trace_opcodes = True
    return tracer


def once(frame, event, tracer):
    frame.f_trace_opcodes = event != "opcode"
    return tracer


for answer in (always, at_call, at_some_lines, with_function_at_call, function_after_it, without_lines, once):
    run(answer)
    run(never)

for _ in range(300):  # hot before it is traced
    small()
run(always)

frame = sys._getframe()
for name in ("f_trace_opcodes", "f_trace_lines", "f_trace"):
    for value in (1, None, True, False):
        try:
            setattr(frame, name, value)
            print(name, value, getattr(frame, name))
        except TypeError as error:
            print(name, value, error)
    try:
        delattr(frame, name)
        print(name, getattr(frame, name))
    except Exception as error:
        print(name, type(error).__name__, error)


def by_hand():
    frame = sys._getframe()
    t = 1
    frame.f_trace_opcodes = True
    frame.f_trace = tracer
    t = 2
    frame.f_trace = None
    t = 3
    return t


def tracer(frame, event, arg):
    events.append((event, frame.f_lineno - by_hand.__code__.co_firstlineno))
    return tracer


events = []
sys.settrace(lambda *args: None)
by_hand()
sys.settrace(None)
print(events)
