# Everything printed appears, also without a final newline and in order with stderr flushing.
import sys
sys.stdout.write("no newline")
sys.stdout.flush()
print(" then print", end="")
sys.stdout.write("\n")
for i in range(3):
    sys.stdout.write(f"{i} ")
print("é€𝄞 \x00 \x7f".encode())
sys.stdout.buffer.write(b"bytes \xc3\xa9\n") if not sys.stdout.flush() else None
sys.stdout.writelines(["a\n", "b\n"])
print("end", end="")
