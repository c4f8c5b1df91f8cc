import sys
try:
    print("working")
    sys.exit("fatal: é")
finally:
    print("finally runs")
