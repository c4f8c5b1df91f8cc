import sys
print("running")
import _wrong
