s = "héllo wörld€𝄞"
print(len(s), s[0], s[1], s[-1], s[-2], s[2:5], s[::-1], s[::2], s[-4:], s[:-4], s[10:2:-3],
    s[100:], s[:100], s[5:2], s[-100:3])
for start in (None, -20, -3, 0, 4, 20):
    for stop in (None, -3, 5, 20):
        print([s[start:stop:step] for step in (None, 2, -1, -3)])
for f in (lambda: s[13], lambda: s[-14], lambda: s[::0], lambda: ""[0], lambda: s[10**30]):
    try:
        f()
    except (IndexError, ValueError) as e:
        print(type(e).__name__, e)
