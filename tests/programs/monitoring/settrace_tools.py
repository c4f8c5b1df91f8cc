# trace, bdb and profile, which stand on sys.settrace and sys.setprofile.
import bdb
import io
import sys
import trace
import contextlib

def fact(n):
    if n < 2:
        return 1
    return n * fact(n - 1)

def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total

tracer = trace.Trace(count=1, trace=0, ignoredirs=[sys.prefix])
tracer.runfunc(fact, 3)
counts = tracer.results().counts
print(sorted((line, count) for (name, line), count in counts.items() if name == __file__))
tracer = trace.Trace(count=0, trace=0, countfuncs=1)
tracer.runfunc(fact, 3)
print(sorted(name for (file, module, name) in tracer.results().calledfuncs if file == __file__))

class Debugger(bdb.Bdb):
    def __init__(self):
        super().__init__()
        self.log = []
    def user_call(self, frame, args):
        self.log.append(("call", frame.f_code.co_name))
        self.set_continue() if len(self.log) > 40 else self.set_step()
    def user_line(self, frame):
        if frame.f_code.co_filename == __file__:
            self.log.append(("line", frame.f_code.co_name, frame.f_lineno))
        self.set_step()
    def user_return(self, frame, value):
        if frame.f_code.co_filename == __file__:
            self.log.append(("return", frame.f_code.co_name, value))
        self.set_step()
    def user_exception(self, frame, info):
        if frame.f_code.co_filename == __file__:
            self.log.append(("exception", info[0].__name__))
        self.set_step()

debugger = Debugger()
debugger.runcall(loop, 2)
for item in debugger.log:
    print(*item)

class Breaks(bdb.Bdb):
    def user_line(self, frame):
        print("break", frame.f_code.co_name, frame.f_lineno, sorted(frame.f_locals.items()))
        self.set_continue()
b = Breaks()
b.set_break(__file__, 15, cond="total > 0")
b.runcall(loop, 4)
b.clear_all_breaks()

import pdb
commands = io.StringIO("step\nstep\nnext\np total\nwhere\nargs\nbreak loop\ncontinue\nreturn\ncontinue\n")
out = io.StringIO()
p = pdb.Pdb(stdin=commands, stdout=out, nosigint=True, readrc=False)
p.use_rawinput = False
p.runcall(loop, 2)
for line in out.getvalue().splitlines():
    if "bdb.py" not in line:
        print(line.replace(__file__, "FILE"))

import profile, pstats
prof = profile.Profile()
prof.runcall(fact, 4)
prof.create_stats()
print({name: stats[0:2] for (file, line, name), stats in prof.stats.items() if file == __file__})
