# A child has code of its own: what either compiles after the fork is not the other's.
import os


def add(n):
    total = 0
    for i in range(n):
        total += i
    return total


def scale(n):
    total = 1.0
    for i in range(n):
        total = total * 1.0000001 + i
    return total


def join(n):
    out = []
    for i in range(n):
        out.append(i % 7)
    return len(out), sum(out)


def mixed(n):
    seen = {}
    for i in range(n):
        key = i % 5
        seen[key] = seen.get(key, 0) + i
    return sorted(seen.items())


def work(order):
    return [order[i % len(order)](20000) for i in range(8)]


def rounds(depth):
    """Each process forks once more, and all of them go on to other work."""
    add(20000)
    read, write = os.pipe()
    pid = os.fork()
    order = [scale, join, mixed, add] if pid else [mixed, add, join, scale]
    result = work(order)
    if depth:
        result.append(rounds(depth - 1))
    if pid == 0:
        os.write(write, repr(result).encode() + b'\n')
        os._exit(0)
    os.close(write)
    text = b''
    while part := os.read(read, 4096):
        text += part
    os.close(read)
    os.waitpid(pid, 0)
    return repr(result), text.decode()


print(rounds(2))
