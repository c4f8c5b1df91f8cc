import random
from collections import defaultdict
class InsufficientFunds(Exception):
    def __init__(self, need,
        have): super().__init__(f"need {need}, have {have}"); self.need, self.have = need, have
class Account:
    _next = 1
    def __init__(self, owner, balance=0):
        self.owner, self.balance, self.id = owner, balance, Account._next
        Account._next += 1
        self.history = []
    def withdraw(self, n):
        if n > self.balance: raise InsufficientFunds(n, self.balance)
        self.balance -= n
        self.history.append(-n)
    def deposit(self, n): self.balance += n; self.history.append(n)
class Savings(Account):
    rate = 0.02
    def accrue(self): self.deposit(round(self.balance * self.rate, 2))
random.seed(99)
accounts = [cls(name, random.randrange(100, 1000)) for name,
    cls in (("ann", Account), ("bob", Savings), ("cy", Account))]
stats = defaultdict(int)
for _ in range(300):
    a, b = random.sample(accounts, 2)
    amount = random.randint(1, 400)
    try:
        a.withdraw(amount)
    except InsufficientFunds as e:
        stats["failed"] += 1
        stats["short"] += e.need - e.have
    else:
        b.deposit(amount)
        stats["moved"] += amount
    finally:
        stats["total"] += 1
for a in accounts:
    if isinstance(a, Savings): a.accrue()
    print(a.id, a.owner, f"{a.balance:.2f}", len(a.history), type(a).__name__)
print(dict(stats))
