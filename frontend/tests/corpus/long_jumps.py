def f(a, b):
    while a:
        if b:
            a = a.b.c.d.e.f.g(a.b(a.c(a.d(1, 2, 3), 4), 5), a.e, a.f, a.g, a.h)
            a = a.b.c.d.e.f.g(a.b(a.c(a.d(1, 2, 3), 4), 5), a.e, a.f, a.g, a.h)
            a = a.b.c.d.e.f.g(a.b(a.c(a.d(1, 2, 3), 4), 5), a.e, a.f, a.g, a.h)
            a = a.b.c.d.e.f.g(a.b(a.c(a.d(1, 2, 3), 4), 5), a.e, a.f, a.g, a.h)
        else:
            a = (a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a)
            a = [a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a, b, a]
    return a
