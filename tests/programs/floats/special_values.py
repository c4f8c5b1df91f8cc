inf, nan = float("inf"), float("nan")
print(inf + 1, inf - inf, inf * 0, -inf, inf / inf, 1 / inf, -1 / inf, inf // 2, inf % 2, 2 % inf,
    -2 % inf, 2 // inf, -2 // inf)
print(nan == nan, nan != nan, nan < 1, nan > 1, nan <= nan, nan in [nan], [nan] == [nan],
    nan is nan, bool(nan), bool(-0.0))
print(max(nan, 1), max(1, nan), min(nan, 1), min(1, nan), sorted([3, 1, 2.5, -inf, inf]))
print(0.0 == -0.0, str(-0.0), -0.0 + 0.0, -0.0 - 0.0, 0.0 * -1, -0.0 * -1, abs(-0.0), round(-0.4),
    round(-0.4, 1), -0.0 ** 2, (-0.0) ** 3)
print(inf == inf, inf > 10**400, hash(inf), hash(-inf), hash(0.0) == hash(-0.0), {0.0: 1}[-0.0])
print(float("Infinity"), float("-INF"), float("+nan"), float(" 1e3 "), float("1_0.5"), float(".5"),
    float("5."))
