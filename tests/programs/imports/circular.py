import _circ_a
print(_circ_a.value, _circ_a.get_b(), _circ_a.b_saw)
try:
    import _circ_bad
except ImportError as e:
    import re
    print(re.sub(r"\(/.*\)", "(F)", str(e)))
