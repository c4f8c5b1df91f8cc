# Sums and differences across every width at which a small int may overflow.
for bits in (15, 30, 31, 32, 46, 47, 48, 49, 50, 51, 53, 62, 63, 64, 127, 128):
    edge = 1 << bits
    for n in (edge - 1, edge, edge + 1, -edge - 1, -edge, -edge + 1):
        print(bits, n, n + 1, n - 1, -n, ~n, abs(n), n == n + 1 - 1)
