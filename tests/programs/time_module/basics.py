import time
a, b = time.time(), time.time()
p, q = time.perf_counter(), time.perf_counter()
m = time.monotonic_ns()
print(b >= a > 1.6e9, q >= p, type(m).__name__, type(time.time_ns()).__name__,
    time.process_time() >= 0)
time.sleep(0.01)
print(time.monotonic_ns() - m >= 10**7, time.gmtime(0)[:6],
    time.gmtime(86400 * 365.25 * 30).tm_year, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1e9)),
    time.gmtime(0).tm_wday, time.asctime(time.gmtime(0)), time.struct_time(range(9)).tm_mon,
    time.get_clock_info("monotonic").monotonic)
for f in (lambda: time.sleep(-1), lambda: time.sleep("a"), lambda: time.gmtime("x"),
        lambda: time.gmtime(1e30), lambda: time.sleep()):
    try:
        f()
    except (ValueError, TypeError, OverflowError) as e:
        print(type(e).__name__, e)
