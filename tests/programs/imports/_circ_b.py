print("b start")
import _circ_a
saw = hasattr(_circ_a, "value")
value = "b"
print("b end")
