"""Generators and coroutines that wait for others: what is sent goes down in one go, what is yielded comes up."""
import gc
import inspect
import sys
import traceback


class Tree:
    def __init__(self, left, value, right):
        self.left, self.value, self.right = left, value, right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    if not values:
        return None
    middle = len(values) // 2
    return Tree(tree(values[:middle]), values[middle], tree(values[middle + 1:]))


def walk():
    root = tree(range(200))
    total = 0
    for _ in range(60):
        for value in root:
            total += value
    print(total, list(root) == list(range(200)), sum(root))


def chain(depth, inner):
    if depth == 0:
        return (yield from inner)
    got = yield from chain(depth - 1, inner)
    return got + 1


def echo():
    got = yield "ready"
    count = 0
    while got is not None:
        count += got
        got = yield count
    return count


def sends():
    for depth in (0, 1, 2, 7, 40):
        for _ in range(30):
            generator = chain(depth, echo())
            out = [next(generator)]
            for value in range(20):
                out.append(generator.send(value))
            try:
                generator.send(None)
            except StopIteration as stop:
                out.append(stop.value)
        print(depth, out)


def states():
    seen = []

    def innermost():
        for number in range(40):
            seen.append([inspect.getgeneratorstate(one) for one in ones])
            seen.append([one.gi_running for one in ones])
            yield number

    def outer(inner):
        yield from inner

    ones = [innermost()]
    for _ in range(5):
        ones.append(outer(ones[-1]))
    last = ones[-1]
    for number in last:
        if number % 10 == 3:
            seen.append([inspect.getgeneratorstate(one) for one in ones])
            seen.append([one.gi_yieldfrom is inner for one, inner in zip(ones[1:], ones)])
            seen.append([one.gi_frame.f_lineno - innermost.__code__.co_firstlineno for one in ones])
            seen.append([one.gi_running for one in ones])
    seen.append([inspect.getgeneratorstate(one) for one in ones])
    for line in sorted({str(line) for line in seen}):
        print(line)


def running():
    """A generator of the chain is resumed from inside."""
    def inner():
        for number in range(60):
            if number in (5, 55):
                try:
                    next(middle)
                except ValueError as error:
                    print(number, error)
            yield number

    def through(it):
        yield from it

    middle = through(through(inner()))
    print(sum(through(through(middle))))


def throws():
    class Stop(Exception):
        pass

    def inner():
        number = 0
        while True:
            try:
                number += 1
                yield number
            except Stop as stop:
                yield f"caught {stop.args[0]}"

    def through(it, log):
        try:
            yield from it
        finally:
            log.append("left")

    log = []
    generator = inner()
    for _ in range(10):
        generator = through(generator, log)
    out = []
    for number in range(100):
        out.append(next(generator))
        if number % 25 == 7:
            out.append(generator.throw(Stop(number)))
    print(out[-10:], len(out))
    generator.close()
    print(log)

    def raises():
        yield 1
        yield 2
        raise Stop("end")

    for _ in range(40):
        log = []
        generator = raises()
        for _ in range(4):
            generator = through(generator, log)
        try:
            for value in generator:
                pass
        except Stop as stop:
            lines = [entry.lineno - throws.__code__.co_firstlineno for entry in traceback.extract_tb(stop.__traceback__)]
    print(value, log, lines)


def handled():
    """What is being handled is each generator's own."""
    def inner():
        for number in range(50):
            yield repr(sys.exception())
            try:
                raise KeyError(number)
            except KeyError:
                yield repr(sys.exception())

    def through(it):
        try:
            raise IndexError("outer")
        except IndexError:
            yield from it

    def below(it):
        yield from it

    found = []
    try:
        raise OSError("whole")
    except OSError:
        for text in below(through(below(inner()))):
            found.append(text)
            assert repr(sys.exception()) == "OSError('whole')"
    print(sorted(set(found))[:3], len(found))


def frames():
    """Somebody looks at a frame in the middle."""
    def inner():
        for number in range(60):
            yield number

    def through(it):
        yield from it

    middle = through(inner())
    frame = None
    out = []
    for number in through(through(middle)):
        if number == 20:
            frame = middle.gi_frame
        if frame is not None and number % 13 == 0:
            out.append((number, frame.f_lineno - through.__code__.co_firstlineno, frame.f_locals["it"].gi_frame.f_locals["number"]))
    print(out, frame.f_back)


def deep():
    """As deep as may be, and then left in the middle."""
    def through(it):
        yield from it

    def endless():
        while True:
            yield 1

    generator = endless()
    for _ in range(sys.getrecursionlimit() - 200):
        generator = through(generator)
    count = 0
    for value in generator:
        count += value
        if count == 30:
            break
    print(count)
    generator.close()
    print(next(generator, "over"))


def collected():
    """Collections while a chain is linked."""
    class Node:
        def __init__(self, below):
            self.below = below

    def inner():
        for number in range(300):
            node = Node(Node(number))
            if number % 50 == 0:
                gc.collect()
            yield node
            assert node.below.below == number

    def through(it, depth):
        kept = [Node(depth)]
        yield from it
        assert kept[0].below == depth

    generator = inner()
    for depth in range(12):
        generator = through(generator, depth)
    print(sum(node.below.below for node in generator))
    generator = inner()
    for depth in range(12):
        generator = through(generator, depth)
    total = 0
    for node in generator:
        total += node.below.below
    print(total)


class Step:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield self.value)


async def leaf(n):
    total = 0
    for number in range(n):
        total += await Step(number)
    return total


async def branch(depth, n):
    if depth == 0:
        return await leaf(n)
    return await branch(depth - 1, n) + depth


def coroutines():
    for depth in (1, 3, 20):
        for _ in range(20):
            coroutine = branch(depth, 30)
            asked = coroutine.send(None)
            steps = 1
            try:
                while True:
                    asked = coroutine.send(asked * 2)
                    steps += 1
            except StopIteration as stop:
                result = stop.value
        print(depth, steps, result)


def mixed():
    """Iterators of all kinds at the same place."""
    def through(it):
        yield from it

    class Own:
        def __init__(self):
            self.n = 0

        def __iter__(self):
            return self

        def __next__(self):
            self.n += 1
            if self.n > 4:
                raise StopIteration
            return self.n

    out = []
    for round in range(60):
        its = [range(3), iter([7, 8]), Own(), through(through("ab")), through(through(through(range(2)))), {1: 2}]
        for it in its:
            for value in through(through(it)):
                out.append(value)
    print(out[:16], len(out))


def traced():
    """Tools see each frame."""
    def inner():
        for number in range(4):
            yield number

    def through(it):
        yield from it

    def run():
        for value in through(through(through(inner()))):
            pass

    for _ in range(30):
        run()
    events = []

    def tool(frame, event, arg):
        if frame.f_code in (inner.__code__, through.__code__):
            events.append((frame.f_code.co_name[0], event[0]))
        return tool

    sys.settrace(tool)
    run()
    sys.settrace(None)
    print(len(events), "".join(name + event for name, event in events)[:160])
    events.clear()

    def late(frame, event, arg):
        events.append(event)

    def profiled():
        for value in through(through(through(inner()))):
            if value == 1:
                sys.setprofile(late)
    profiled()
    sys.setprofile(None)
    print(len(events))


for test in (walk, sends, states, running, throws, handled, frames, deep, collected, coroutines, mixed, traced):
    print(test.__name__)
    test()
