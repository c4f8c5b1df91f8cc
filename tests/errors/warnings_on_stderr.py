import warnings
warnings.warn("careful", DeprecationWarning)
warnings.warn("user warning")
def f(): warnings.warn("deeper", stacklevel=2)
f()
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    warnings.warn("caught", UserWarning)
print(len(w), w[0].message, w[0].category.__name__)
warnings.simplefilter("error")
warnings.warn("now an error")
