# A module with very many different constants, and the same ones again: each is found in the table at once.
N = 10_000


def constants_of(line):
    source = "\n".join(line.format(i) for i in range(N)) + "\n"
    return compile(source * 2, "many", "exec").co_consts


print(len(constants_of("x = 1{0}0001")))
print(len(constants_of("x = {0}.5")))
print(len(constants_of("x = 'text {0}'")))
print(len(constants_of("x = b'text {0}'")))
print(len(constants_of("x = ({0}, 'a', {0}.5, (None, {0}))")))
print(len(constants_of("x = y[{0}:]")))
print(len(constants_of("x = y in {{{0}, 'a', 'b'}}")))
functions = constants_of("x = lambda: 1{0}000")
print(len(functions), sum(hasattr(one, "co_code") for one in functions))

# Equal, and yet not the same constants.
code = compile("x = [1, 1.0, True, 1+0j, 0.0, -0.0, 'a', b'a', (1, 2), (1.0, 2), (True, 2)]\n" * 3 +
               "\n".join(f"y = {i}00000" for i in range(100)) +
               "\nz = f((1, 2), (1.0, 2), (True, 2), 1.0, 0.0, -0.0, 1j, -1j, 1e300 * 1e10, 'a', b'a')\n" * 3, "same", "exec")
print(len(code.co_consts))
print([(type(c).__name__, c) for c in code.co_consts if not isinstance(c, int) or c is True][:30])

# Names at the top, and scopes that declare some of them global.
source = "".join(f"def f{i}():\n    global g{i}\n    g{i} = {i}\n    class C:\n        global h{i}\n        h{i} = g{i}\n"
                 for i in range(1_000))
names = {}
exec(source + "\n".join(f"f{i}()\nx{i} = g{i} + h{i}" for i in range(1_000)), names)
print(sum(names[f"x{i}"] for i in range(1_000)))
