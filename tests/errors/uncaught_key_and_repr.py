class K:
    def __repr__(self): return "<K with\nnewline>"
try:
    {}[K()]
except KeyError as e:
    print(str(e))
raise KeyError(K())
