class Matrix:
    def __init__(self, rows): self.rows = [list(r) for r in rows]
    def __matmul__(self, o):
        return Matrix([[sum(a * b for a, b in zip(r, c)) for c in zip(*o.rows)] for r in self.rows])
    def __add__(self, o): return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows,
        o.rows)])
    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1: result = result @ base
            base, n = base @ base, n >> 1
        return result
    def __repr__(self): return f"Matrix({self.rows})"
    def __eq__(self, o): return self.rows == o.rows
    @classmethod
    def identity(cls, n): return cls([[int(i == j) for j in range(n)] for i in range(n)])
    def det(self):
        m, d = [r[:] for r in self.rows], 1.0
        for i in range(len(m)):
            p = max(range(i, len(m)), key=lambda r: abs(m[r][i]))
            if m[p][i] == 0: return 0.0
            if p != i: m[i], m[p], d = m[p], m[i], -d
            d *= m[i][i]
            for r in range(i + 1, len(m)):
                f = m[r][i] / m[i][i]
                m[r] = [a - f * b for a, b in zip(m[r], m[i])]
        return d
f = Matrix([[1, 1], [1, 0]])
print(f ** 10, f ** 200, f @ f == f ** 2, f + f, Matrix([[2, 1], [5, 3]]).det(),
    Matrix([[1, 2, 3], [4, 5, 6], [7, 8, 10]]).det())
