"""termios and fcntl: what they refuse, and what a pipe and a file answer."""
import fcntl
import os
import tempfile
import termios


def attempt(function, *args):
    try:
        print(function.__name__, function(*args))
    except BaseException as error:
        print(function.__name__, type(error).__module__, type(error).__name__, error)


read, write = os.pipe()
print(termios.error.__mro__)
attempt(termios.tcgetattr, read)
attempt(termios.tcgetattr, "x")
attempt(termios.tcgetattr, -1)
attempt(termios.tcsetattr, read, 0, [1])
attempt(termios.tcsetattr, read, 0, 1)
attempt(termios.tcgetwinsize, read)
attempt(termios.tcsetwinsize, read, 1)
attempt(termios.tcflush, read, termios.TCIFLUSH)
attempt(fcntl.fcntl, read, fcntl.F_GETFL)
attempt(fcntl.fcntl, -1, 1)
attempt(fcntl.fcntl, read, fcntl.F_GETFD, "x")
attempt(fcntl.fcntl, read, fcntl.F_GETFD, b"abcd")
attempt(fcntl.fcntl, read, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
attempt(fcntl.fcntl, read, fcntl.F_GETFD)
attempt(fcntl.ioctl, read, termios.TIOCGWINSZ)
os.write(write, b"seven..")
attempt(fcntl.ioctl, read, termios.FIONREAD, b"\0\0\0\0")
room = bytearray(4)
attempt(fcntl.ioctl, read, termios.FIONREAD, room)
print(room)
attempt(fcntl.ioctl, read, termios.FIONREAD, [])
with tempfile.TemporaryFile() as file:
    attempt(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    attempt(fcntl.flock, file, fcntl.LOCK_UN)
    attempt(fcntl.lockf, file, fcntl.LOCK_EX, 10, 5, os.SEEK_SET)
    attempt(fcntl.lockf, file, fcntl.LOCK_UN)
    attempt(fcntl.lockf, file, 0)
