import os, signal, time
got = []
def note(number, frame): got.append((signal.Signals(number).name, frame.f_code.co_name))
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.getsignal(signal.SIGTERM))
print(signal.signal(signal.SIGUSR1, note), signal.getsignal(signal.SIGUSR1) is note)
def send(): os.kill(os.getpid(), signal.SIGUSR1)
send(); signal.raise_signal(signal.SIGUSR1)
print([name for name, _ in got])
try: signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt: print("interrupt")
signal.signal(signal.SIGALRM, lambda *_: 1 / 0)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    while True: pass
except ZeroDivisionError: print("alarm")
signal.setitimer(signal.ITIMER_REAL, 0.02)
try: time.sleep(10)
except ZeroDivisionError: print("sleep ended")
signal.signal(signal.SIGUSR1, signal.SIG_IGN); send(); print(len(got))
for bad in (lambda: signal.signal(99, note), lambda: signal.signal(2, 5), lambda: signal.signal(signal.SIGKILL, note),
            lambda: signal.getsignal(0), lambda: signal.strsignal(99), lambda: signal.default_int_handler(2, None)):
    try: bad()
    except (ValueError, TypeError, OSError, KeyboardInterrupt) as e: print(type(e).__name__, e)
print(signal.strsignal(signal.SIGTERM), signal.SIGCHLD, len(signal.valid_signals()) > 50)
old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2]); print(old)
signal.signal(signal.SIGUSR2, note); os.kill(os.getpid(), signal.SIGUSR2)
print(signal.sigpending(), len(got)); signal.pthread_sigmask(signal.SIG_SETMASK, old); print(got[-1][0])
