# The compiler asks locals behind the first 64 whether they have a value. In a loop that knows them to be numbers they have one, zero too.
N = 90
names = [f'v{n}' for n in range(N)]
lines = ['def f(k):'] + [f'    {name} = {n % 3 - 1 if n % 2 else n / 4}' for n, name in enumerate(names)]
lines += ['    for i in range(k):'] + [f'        {name} = -{name}' for name in names]
lines += ['        v80 += i % 2', '        if v81: v82 += 1']
lines += ['    return [' + ', '.join(names) + ']']
space = {}
exec('\n'.join(lines), space)
print([space['f'](k) for k in range(40)])
