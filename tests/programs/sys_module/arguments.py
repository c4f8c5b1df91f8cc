# args: one --two 3 é
import sys
print(len(sys.argv), sys.argv[0].endswith("arguments.py"), sys.argv[1:])
import argparse
p = argparse.ArgumentParser(prog="demo")
p.add_argument("name")
p.add_argument("--two", type=int, default=2)
p.add_argument("rest", nargs="*")
print(p.parse_args())
print(p.format_usage())
