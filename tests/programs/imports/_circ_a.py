print("a start")
import _circ_b
value = "a"
b_saw = _circ_b.saw
def get_b(): return _circ_b.value
print("a end")
