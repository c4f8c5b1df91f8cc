import random
random.seed(42)
print([random.random() for _ in range(5)], [random.randrange(100) for _ in range(10)],
    [random.randint(1, 6) for _ in range(10)], random.getrandbits(64), random.getrandbits(5),
    random.uniform(1, 10), random.choice("abcdef"))
a = list(range(10))
random.shuffle(a)
print(a, random.sample(range(100), 5), random.choices("abc", k=5),
    random.choices([1, 2], weights=[1, 9], k=8), random.gauss(0, 1), random.normalvariate(0, 1),
    random.expovariate(2), random.betavariate(1, 2), random.triangular(0, 1, 0.5),
    random.randbytes(4))
for seed in (0, 1, -1, 2**70, "text", b"bytes", 1.5, 7):
    random.seed(seed)
    print(seed, random.random(), random.randrange(1000))
r1, r2 = random.Random(5), random.Random(5)
print(r1.random() == r2.random(), r1.getstate() == r2.getstate(),
    [r1.randrange(0, 100, 7) for _ in range(4)], r1.paretovariate(3), r1.gammavariate(2, 1),
    r1.binomialvariate(10, 0.3))
state = r1.getstate()
x = r1.random()
r1.setstate(state)
print(r1.random() == x, len(state[1]), state[0],
    [random.Random(9).randrange(2**40) for _ in range(2)])
for f in (lambda: random.choice([]), lambda: random.randrange(0), lambda: random.randrange(5, 2),
        lambda: random.sample([1], 2), lambda: random.getrandbits(-1),
        lambda: random.randrange(1.5), lambda: random.seed([])):
    try:
        f()
    except (IndexError, ValueError, TypeError) as e:
        print(type(e).__name__, e)
