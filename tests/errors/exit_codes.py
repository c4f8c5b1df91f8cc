import sys
cases = ["pass", "import sys; sys.exit()", "import sys; sys.exit(0)", "import sys; sys.exit(7)",
    "import sys; sys.exit(256)", "import sys; sys.exit(-1)", "import sys; sys.exit(None)",
    "import sys; sys.exit(True)", "raise SystemExit", "raise SystemExit(4)", "exit(5)", "quit()",
    "import os; os._exit(9)", "1/0", "x = (", "raise SystemExit((1, 2))"]
print(len(cases))
sys.exit(42)
