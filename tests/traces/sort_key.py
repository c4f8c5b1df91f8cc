def key(pair):
    return pair[1]
def main():
    pairs = [(i, -i) for i in range(30)]
    for i in range(40):
        pairs = sorted(pairs, key=key)
    return pairs[0]
print(main())
