a + b - c * d / e // f % g ** h @ i
a << b >> c & d | e ^ f
-a, +a, ~a, not a
a += 1; a -= 1; a *= 1; a /= 1; a //= 1; a %= 1; a **= 1; a @= 1; a &= 1; a |= 1; a ^= 1; a <<= 1; a >>= 1
a[i] += 1; a.b += 1; a[i:j] += 1; a[i].b[j] -= f()
