//! System calls that take and give numbers only: declared safe, as no argument can harm the memory of this process.

use libc::{c_int, gid_t, mode_t, pid_t, uid_t};

// SAFETY: the C library's declarations; what each does is between the process and the kernel.
unsafe extern "C" {
    pub safe fn _exit(status: c_int) -> !;
    pub safe fn getegid() -> gid_t;
    pub safe fn geteuid() -> uid_t;
    pub safe fn getgid() -> gid_t;
    pub safe fn getpgid(pid: pid_t) -> pid_t;
    pub safe fn getpgrp() -> pid_t;
    pub safe fn getpid() -> pid_t;
    pub safe fn getppid() -> pid_t;
    pub safe fn getresgid(real: &mut gid_t, effective: &mut gid_t, saved: &mut gid_t) -> c_int;
    pub safe fn getresuid(real: &mut uid_t, effective: &mut uid_t, saved: &mut uid_t) -> c_int;
    pub safe fn getsid(pid: pid_t) -> pid_t;
    pub safe fn getuid() -> uid_t;
    pub safe fn isatty(fd: c_int) -> c_int;
    pub safe fn sched_get_priority_max(policy: c_int) -> c_int;
    pub safe fn sched_get_priority_min(policy: c_int) -> c_int;
    pub safe fn sched_getscheduler(pid: pid_t) -> c_int;
    pub safe fn sched_yield() -> c_int;
    pub safe fn setegid(id: gid_t) -> c_int;
    pub safe fn seteuid(id: uid_t) -> c_int;
    pub safe fn setgid(id: gid_t) -> c_int;
    pub safe fn setpgid(pid: pid_t, group: pid_t) -> c_int;
    pub safe fn setsid() -> pid_t;
    pub safe fn setuid(id: uid_t) -> c_int;
    pub safe fn sync();
    pub safe fn tcgetpgrp(fd: c_int) -> pid_t;
    pub safe fn tcsetpgrp(fd: c_int, group: pid_t) -> c_int;
    pub safe fn umask(mask: mode_t) -> mode_t;
}

/// A duplicate that a program does not inherit.
pub fn dup(fd: c_int) -> c_int {
    // SAFETY: this command takes a number.
    unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }
}
