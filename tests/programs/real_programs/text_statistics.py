TEXT = """It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity."""
import re
from collections import Counter
from itertools import groupby
words = re.findall(r"[a-z]+", TEXT.lower())
c = Counter(words)
print(len(words), len(c), c.most_common(5))
print({k: [w for w in g] for k, g in groupby(sorted(c), key=len)})
print(" ".join(w[::-1] for w in words[:6]), "".join(w[0] for w in words).upper())
def caesar(s,
    k): return "".join(chr((ord(ch) - 97 + k) % 26 + 97) if ch.islower() else ch for ch in s)
e = caesar(TEXT, 3)
print(e, caesar(e, -3) == TEXT, sep="\n")
def rle(s): return "".join(f"{len(list(g))}{k}" for k, g in groupby(s))
print(rle("aaabccdddd"), max(words, key=lambda w: (len(w), w)),
    sorted(set(words), key=lambda w: (-c[w], w))[:4])
width = max(map(len, c))
for w, n in sorted(c.items())[:6]: print(f"{w:<{width}} {n:>3} {'*' * n}")
print("\n".join(line.center(90, ".") for line in TEXT.splitlines()))
