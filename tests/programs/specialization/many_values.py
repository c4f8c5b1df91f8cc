# More locals change in a loop than the exit buffer has words: the trace writes them back to the frame now and then.
N = 300
names = [f'v{n}' for n in range(N)]
lines = ['def f(k):'] + [f'    {name} = k + {n}' for n, name in enumerate(names)]
lines += ['    for i in range(k):'] + [f'        {name} += i' for name in names]
lines += ['    return ' + ' + '.join(names)]
space = {}
exec('\n'.join(lines), space)
print([space['f'](k) for k in range(40)])
