# Programs that were exec'd and forgotten go, with all that was made of them; hot loops, and sites that lean on classes, included.
import gc
import weakref


class Point:
    def __init__(self, x):
        self.x = x

    def moved(self, by):
        return Point(self.x + by)


SOURCE = '''
def work(n):
    points = []
    total = 0
    for i in range(n):
        point = Point(i).moved(1)
        points.append(point)
        total += point.x
    return total + len(points)

answer = work(COUNT)
for i in range(COUNT):
    answer += i if i % 3 else -1
'''

alive = []


def code_objects(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, type(code)):
            yield from code_objects(constant)


def run(count):
    code = compile(SOURCE, 'made', 'exec')
    for part in code_objects(code):
        alive.append(weakref.ref(part))
    names = {'COUNT': count, 'Point': Point}
    exec(code, names)
    return names['answer']


def rounds(count):
    return sum(run(20 + n % 5) for n in range(count))


for count in 30, 150:
    print(rounds(count))
    gc.collect()
    # Some may still be compiled, or be seen where they lay on the stack.
    print(len(alive), sum(one() is not None for one in alive) < 200)
# One that is used goes on to work.
names = {'COUNT': 50, 'Point': Point}
exec(SOURCE, names)
gc.collect()
print(names['answer'], names['work'](60), names['work'](7), names['Point'](3).moved(4).x)
