import atexit
@atexit.register
def bad(): raise ValueError("in atexit")
@atexit.register
def good(): print("good ran")
print("main")
