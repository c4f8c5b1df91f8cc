for n, length in ((0, 1), (1, 2), (255, 1), (256, 2), (2**63, 8), (10**20, 9)):
    for order in ("big", "little"):
        data = n.to_bytes(length, order)
        print(data, int.from_bytes(data, order))
print((-1).to_bytes(2, "big", signed=True), int.from_bytes(b"\xff\xfe", "big", signed=True))
print((5).to_bytes(), int.from_bytes([1, 2, 3]), int.from_bytes(b""))
for bad in (lambda: (256).to_bytes(1), lambda: (-1).to_bytes(1), lambda: (1).to_bytes(-1),
        lambda: (1).to_bytes(1, "middle")):
    try:
        bad()
    except (OverflowError, ValueError) as e:
        print(type(e).__name__, e)
