def fail(e):
    raise e

errors = []
for e in (ValueError("v"), TypeError("t")):
    try:
        fail(e)
    except Exception as caught:
        errors.append(caught)
raise ExceptionGroup("several", [*errors, ExceptionGroup("nested", [KeyError("k"), OSError(2,
    "gone", "f")])])
