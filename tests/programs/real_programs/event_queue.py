# A simulation with inheritance, callbacks and a heap: the shape of richards.
import heapq
class Sim:
    def __init__(self): self.now, self.queue, self.seq, self.log = 0, [], 0, []
    def at(self, delay, fn, *args):
        heapq.heappush(self.queue, (self.now + delay, self.seq, fn, args))
        self.seq += 1
    def run(self, until):
        while self.queue and self.queue[0][0] <= until:
            self.now, _, fn, args = heapq.heappop(self.queue)
            fn(*args)
class Agent:
    count = 0
    def __init__(self, sim, name): self.sim, self.name = sim, name; Agent.count += 1
    def act(self): raise NotImplementedError
class Ticker(Agent):
    def __init__(self, sim, name, period): super().__init__(sim,
        name); self.period, self.n = period, 0
    def act(self):
        self.n += 1
        self.sim.log.append(f"{self.sim.now}:{self.name}{self.n}")
        self.sim.at(self.period, self.act)
class Once(Agent):
    def act(self): self.sim.log.append(f"{self.sim.now}:{self.name}!")
sim = Sim()
for a, d in ((Ticker(sim, "t", 3), 0), (Ticker(sim, "u", 5), 1), (Once(sim, "o"), 7)): sim.at(d,
    a.act)
sim.at(10, lambda: sim.log.append("lambda"))
sim.run(20)
print(sim.log, sim.now, Agent.count, len(sim.queue))
try:
    Agent(sim, "x").act()
except NotImplementedError as e:
    print(repr(e))
