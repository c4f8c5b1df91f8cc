def advance(dt, n, bodies, pairs):
    for i in range(n):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            mag = dt * ((dx * dx + dy * dy + dz * dz) ** (-1.5))
            b1m = m1 * mag
            v1[0] -= dx * m2 * mag
            v2[0] += dx * b1m
        for r, [vx, vy, vz], m in bodies:
            r[0] += dt * vx
if __name__ == "__main__":
    advance(0.01, 1, [], [])
