# What happens when callbacks raise, disable what cannot be disabled, or change the events themselves.
import sys
m = sys.monitoring
E = m.events
m.use_tool_id(1, "one")
m.use_tool_id(2, "two")

def f(x):
    y = x + 1
    return len([y])

def fails(*args):
    raise RuntimeError("from the callback")

for event in ("PY_START", "LINE", "CALL", "C_RETURN", "PY_RETURN", "INSTRUCTION"):
    number = getattr(E, event)
    m.register_callback(1, number, fails)
    m.set_local_events(1, f.__code__, number if event != "C_RETURN" else number | E.CALL | E.C_RAISE)
    try:
        f(1)
    except RuntimeError as error:
        print(event, error)
        tb = error.__traceback__
        while tb:
            print("   ", tb.tb_frame.f_code.co_name, tb.tb_lineno)
            tb = tb.tb_next
    m.set_local_events(1, f.__code__, 0)
    m.register_callback(1, number, None)
print(f(1))

# A global event cannot be disabled.
m.register_callback(1, E.RAISE, lambda *a: m.DISABLE)
m.set_events(1, E.RAISE)
try:
    try:
        1 / 0
    except ZeroDivisionError:
        print("not seen")
except ValueError as error:
    print(error)
m.set_events(1, 0)

# The highest tool hears first; a callback may switch the other off.
order = []
m.register_callback(1, E.PY_START, lambda code, at: order.append(1))
def second(code, at):
    order.append(2)
    if len(order) > 4:
        m.set_events(1, 0)
m.register_callback(2, E.PY_START, second)
m.set_events(1, E.PY_START)
m.set_events(2, E.PY_START)
for i in range(4):
    f(i)
m.set_events(2, 0)
print(order)

# Nothing is reported from a callback.
inside = []
def callback(code, line):
    inside.append(line - code.co_firstlineno)
    f(0)
m.register_callback(2, E.LINE, callback)
m.set_local_events(2, f.__code__, E.LINE)
f(1)
print(inside)
m.free_tool_id(1)
m.free_tool_id(2)
print(m._all_events())

# Loops go on as specialized code afterwards.
def hot(n):
    total = 0
    for i in range(n):
        total += i
    return total
print(hot(5000))
m.use_tool_id(1, "one")
count = 0
def jump(code, at, to):
    global count
    count += 1
    if count == 10:
        return m.DISABLE
m.register_callback(1, E.JUMP, jump)
m.set_events(1, E.JUMP)
print(hot(5000), count)
m.restart_events()
print(hot(20), count > 20)
m.free_tool_id(1)
print(hot(5000))
