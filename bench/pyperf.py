"""A small stand-in for pyperf, so that the programs of pyperformance run unmodified.

It imports nothing but time and sys, does a fixed amount of work (the same on every VM), says how
long the whole process took for that and how long each sample, computes a checksum of what was
computed, and then, if a budget of seconds is given, goes on until it is spent, so that a compiler
gets warm.  It knows no statistics: `cargo xtask bench` runs it and compares.

Options of its own, before those of the program:
    --bench-loops=N     the program's loops in one sample
    --bench-samples=N   how many samples the fixed work has
    --bench-budget=S    go on with samples until S seconds are spent
    --bench-started=T   time.time() at which the process was started
    --bench-clock=cpu   measure processor time instead of time
    --bench-result      leave the arguments out of the checksum: they depend on the order of sets
"""
import sys
import time

perf_counter = time.perf_counter


class Options:
    """What the command line said about measuring."""
    loops = 1
    samples = 3
    budget = 0.0
    started = None
    arguments = True


def take_options():
    global perf_counter
    rest = []
    for argument in sys.argv[1:]:
        name, _, value = argument.partition("=")
        if name == "--bench-loops":
            Options.loops = int(value)
        elif name == "--bench-samples":
            Options.samples = int(value)
        elif name == "--bench-budget":
            Options.budget = float(value)
        elif name == "--bench-started":
            Options.started = float(value)
        elif name == "--bench-clock":
            if value == "cpu":
                perf_counter = time.process_time
        elif name == "--bench-result":
            Options.arguments = False
        else:
            rest.append(argument)
    sys.argv[1:] = rest


class Namespace:
    def __repr__(self):
        return "Namespace(%r)" % self.__dict__


class ArgumentParser:
    """As much of argparse as the programs use: options with a value, flags, positionals."""

    def __init__(self):
        self.options = {}
        self.positionals = []
        self.defaults = {}

    def add_argument(self, *names, type=str, default=None, nargs=None, choices=None, action=None,
                     dest=None, const=None, metavar=None, help=None):
        target = (dest or names[-1]).lstrip("-").replace("-", "_")
        entry = (target, type, choices, action, nargs, const)
        if names[0].startswith("-"):
            for name in names:
                self.options[name] = entry
        else:
            self.positionals.append(entry)
        self.defaults[target] = False if action == "store_true" else default

    def parse(self, arguments):
        result = Namespace()
        for name, value in self.defaults.items():
            setattr(result, name, value)
        waiting = list(self.positionals)
        arguments = list(arguments)
        while arguments:
            word = arguments.pop(0)
            name, equals, value = word.partition("=")
            if name in self.options:
                target, convert, choices, action, nargs, const = self.options[name]
                if action == "store_true":
                    setattr(result, target, True)
                    continue
                if action == "store_const":
                    setattr(result, target, const)
                    continue
                if not equals:
                    value = arguments.pop(0)
            elif waiting and not word.startswith("-"):
                target, convert, choices, action, nargs, const = waiting.pop(0)
                value = word
            else:
                raise SystemExit("unknown argument: " + word)
            value = convert(value)
            if choices is not None and value not in choices:
                raise SystemExit("not one of %s: %s" % (", ".join(map(str, choices)), word))
            setattr(result, target, value)
        return result

    parse_args = parse


class Runner:
    def __init__(self, values=None, processes=None, loops=0, min_time=0.1, metadata=None,
                 show_name=True, program_args=None, add_cmdline_args=None):
        self.metadata = dict(metadata or {})
        self.argparser = ArgumentParser()
        self.args = None

    def parse_args(self, args=None):
        if self.args is None:
            self.args = self.argparser.parse(sys.argv[1:] if args is None else args)
        return self.args

    def bench_func(self, name, func, *args, inner_loops=1, metadata=None):
        def timed(loops):
            result = None
            start = perf_counter()
            for _ in range(loops):
                result = func(*args)
            return perf_counter() - start, result
        self.measure(name, timed, inner_loops, args)

    def bench_time_func(self, name, time_func, *args, inner_loops=1, metadata=None):
        def timed(loops):
            return time_func(loops, *args), None
        self.measure(name, timed, inner_loops, args)

    def bench_async_func(self, name, func, *args, inner_loops=1, metadata=None, loop_factory=None):
        def timed(loops):
            result = None
            start = perf_counter()
            for _ in range(loops):
                coroutine = func(*args)
                try:
                    while True:
                        coroutine.send(None)
                except StopIteration as stop:
                    result = stop.value
            return perf_counter() - start, result
        self.measure(name, timed, inner_loops, args)

    def measure(self, name, timed, inner_loops, args):
        """Prints one line: what `cargo xtask bench` reads, fields divided by tabs."""
        self.parse_args()
        loops = Options.loops
        samples = []
        result = None
        begin = time.perf_counter()
        for _ in range(Options.samples):
            seconds, result = timed(loops)
            samples.append(seconds)
        whole = time.time() - Options.started if Options.started else 0.0
        checksum = digest(result, args if Options.arguments else ())
        while time.perf_counter() - begin < Options.budget:
            samples.append(timed(loops)[0])
        per_loop = ["%.9g" % (seconds / (loops * inner_loops)) for seconds in samples]
        print("\t".join(["pyperf", name, checksum, "%.6f" % whole, " ".join(per_loop)]))


class Digest:
    """FNV-1a over a walk through plain data; the same on every VM, whatever its hashes are."""
    LIMIT = 20000

    def __init__(self):
        self.value = 0xcbf29ce484222325
        self.nodes = 0
        self.seen = {}

    def text(self, text):
        value = self.value
        for byte in text.encode("utf-8", "surrogatepass"):
            value = ((value ^ byte) * 0x100000001b3) & 0xffffffffffffffff
        self.value = value

    def add(self, item):
        self.nodes += 1
        if self.nodes > self.LIMIT:
            return
        kind = type(item)
        if item is None or kind in (bool, int, float, complex):
            self.text(repr(item) + ";")
        elif kind is str:
            self.text("s" + item[:1000])
        elif kind in (bytes, bytearray):
            self.text("b" + repr(bytes(item[:1000])))
        elif id(item) in self.seen:
            self.text("again")
        else:
            self.seen[id(item)] = item
            self.container(item, kind)

    def container(self, item, kind):
        if kind in (list, tuple):
            self.text(kind.__name__ + str(len(item)))
            for part in item:
                self.add(part)
        elif kind in (set, frozenset):
            parts = []
            for part in item:
                alone = Digest()
                alone.add(part)
                parts.append(alone.value)
            self.text(kind.__name__ + repr(sorted(parts)))
        elif kind is dict:
            self.text("dict" + str(len(item)))
            for key, value in item.items():
                self.add(key)
                self.add(value)
        elif getattr(kind, "__module__", None) == "__main__" and kind is not type:
            self.text(kind.__name__)
            for name in sorted(getattr(item, "__dict__", ())):
                self.text(name)
                self.add(item.__dict__[name])
            slots = getattr(kind, "__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                self.add(getattr(item, name, None))


def digest(result, args):
    """Of what the function returned, its arguments, and the global data of the program."""
    whole = Digest()
    whole.add(result)
    whole.add(args)
    program = sys.modules["__main__"].__dict__
    for name in sorted(program):
        if not name.startswith("_"):
            whole.add(program[name])
    return "%016x" % whole.value


take_options()
