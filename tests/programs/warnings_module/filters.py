import warnings
def deep(): warnings.warn("deep", DeprecationWarning, stacklevel=2)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    warnings.warn("first")
    deep()
    warnings.warn_explicit("there", RuntimeWarning, "elsewhere.py", 7)
    warnings.warn(UserWarning("an instance"), category=DeprecationWarning)
for w in seen:
    print(w.category.__name__, w.message, w.filename.rsplit("/")[-1], w.lineno)
with warnings.catch_warnings(record=True) as seen:
    warnings.resetwarnings()
    for action in ("once", "default", "module"):
        warnings.simplefilter(action)
        for i in range(3): warnings.warn(action)
print([str(w.message) for w in seen])
with warnings.catch_warnings():
    warnings.filterwarnings("error", message="bo+m")
    warnings.filterwarnings("ignore", message="quiet")
    warnings.warn("quiet please")
    for text in ("boom", "quiet"):
        try: print(warnings.warn(text))
        except UserWarning as e: print("raised", e)
for bad in (lambda: warnings.warn("x", int), lambda: warnings.simplefilter("odd"), lambda: warnings.warn("x", skip_file_prefixes=[])):
    try: bad()
    except (TypeError, ValueError, AssertionError) as e: print(type(e).__name__, e)
@warnings.deprecated("use g")
def f(): return 1
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    print(f(), seen[0].category.__name__, seen[0].message)
print(warnings.formatwarning("text", UserWarning, "file.py", 3, "code()"), end="")
