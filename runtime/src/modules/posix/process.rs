//! Functions on processes: identities, environment, fork and exec, waiting, limits.

use super::calls;
use super::consts::{self, Kind};
use super::path::{self, Also, argument, done, fs_converted, last_error, number, os_error, retry};
use crate::error::{R, memory_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::int::{self, index_to_i32};
use crate::objects::list::List;
use crate::objects::str::{self, Str};
use crate::objects::structseq::{self, Spec};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::types;
use core::cell::OnceCell;
use std::ffi::{CStr, CString};
use std::os::unix::ffi::OsStrExt;

const fn spec(module: &'static str, name: &'static str, doc: &'static str, fields: &'static [&'static str]) -> Spec {
    Spec { module, name, doc, fields, visible: fields.len(), can_make: true }
}
static UNAME: Spec = spec(
    "posix", "uname_result", "uname_result: Result from os.uname().",
    &["sysname", "nodename", "release", "version", "machine"],
);
static TIMES: Spec = spec(
    "posix", "times_result", "times_result: Result from os.times().",
    &["user", "system", "children_user", "children_system", "elapsed"],
);

pub struct Classes {
    pub uname: Gc<Class>,
    pub times: Gc<Class>,
}
thread_local! {
    static CLASSES: OnceCell<Classes> = const { OnceCell::new() };
    static AT_FORK: OnceCell<[Gc<List>; 3]> = const { OnceCell::new() };
}
pub fn classes<T>(with: impl FnOnce(&Classes) -> T) -> T {
    CLASSES.with(|own| {
        with(own.get_or_init(|| Classes { uname: structseq::class(&UNAME), times: structseq::class(&TIMES) }))
    })
}

#[rustfmt::skip]
pub static FUNCTIONS: [NativeFunction; 73] = [
    function("getpid", "($module, /)", |_| number(calls::getpid() as i64), "Return the current process id."),
    function("getppid", "($module, /)", |_| number(calls::getppid() as i64), "Return the parent's process id."),
    function("getuid", "($module, /)", |_| number(calls::getuid() as i64), "Return the current process's user id."),
    function("geteuid", "($module, /)", |_| number(calls::geteuid() as i64), "Return the current process's effective user id."),
    function("getgid", "($module, /)", |_| number(calls::getgid() as i64), "Return the current process's group id."),
    function("getegid", "($module, /)", |_| number(calls::getegid() as i64), "Return the current process's effective group id."),
    function("getpgrp", "($module, /)", |_| number(calls::getpgrp() as i64), "Return the current process group id."),
    function("getpgid", "($module, /, pid)", |a| { let pid = index_to_i32(a[0])?; number(calls::getpgid(pid) as i64) }, "Call the system call getpgid(), and return the result."),
    function("getsid", "($module, pid, /)", |a| { let pid = index_to_i32(a[0])?; number(calls::getsid(pid) as i64) }, "Call the system call getsid(pid) and return the result."),
    function("setsid", "($module, /)", |_| done(calls::setsid()), "Call the system call setsid()."),
    function("setpgrp", "($module, /)", |_| done(calls::setpgid(0, 0)), "Make the current process the leader of its process group."),
    function("setpgid", "($module, pid, pgrp, /)", |a| { let (pid, group) = (index_to_i32(a[0])?, index_to_i32(a[1])?); done(calls::setpgid(pid, group)) }, "Call the system call setpgid(pid, pgrp)."),
    function("setuid", "($module, uid, /)", |a| { let id = super::file::id(a[0], "uid")?; done(calls::setuid(id)) }, "Set the current process's user id."),
    function("setgid", "($module, gid, /)", |a| { let id = super::file::id(a[0], "gid")?; done(calls::setgid(id)) }, "Set the current process's group id."),
    function("seteuid", "($module, euid, /)", |a| { let id = super::file::id(a[0], "uid")?; done(calls::seteuid(id)) }, "Set the current process's effective user id."),
    function("setegid", "($module, egid, /)", |a| { let id = super::file::id(a[0], "gid")?; done(calls::setegid(id)) }, "Set the current process's effective group id."),
    function("getgroups", "($module, /)", getgroups, "Return list of supplemental group IDs for the process."),
    function("getresuid", "($module, /)", |_| three_ids(|a, b, c| calls::getresuid(a, b, c)), "Return a tuple of the current process's real, effective, and saved user ids."),
    function("getresgid", "($module, /)", |_| three_ids(|a, b, c| calls::getresgid(a, b, c)), "Return a tuple of the current process's real, effective, and saved group ids."),
    function("getlogin", "($module, /)", getlogin, "Return the actual login name."),
    function("getpriority", "($module, /, which, who)", getpriority, "Return program scheduling priority."),
    function("setpriority", "($module, /, which, who, priority)", setpriority, "Set program scheduling priority."),
    function("nice", "($module, increment, /)", nice, "Add increment to the priority of process and return the new priority."),
    function("kill", "($module, pid, signal, /)", kill, "Kill a process with a signal."),
    function("killpg", "($module, pgid, signal, /)", killpg, "Kill a process group with a signal."),
    function("abort", "($module, /)", |_| std::process::abort(), "Abort the interpreter immediately."),
    function("_exit", "($module, /, status)", |a| { let code = index_to_i32(a[0])?; calls::_exit(code) }, "Exit to the system with specified status, without normal exit processing."),
    function("fork", "($module, /)", fork, "Fork a child process."),
    function("register_at_fork", "($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)", register_at_fork, "Register callables to be called when forking a new process."),
    function("execv", "($module, path, argv, /)", execv, "Execute an executable path with arguments, replacing current process."),
    function("execve", "($module, /, path, argv, env)", execve, "Execute an executable path with arguments, replacing current process."),
    function("system", "($module, /, command)", system, "Execute the command in a subshell."),
    function("wait", "($module, /)", |_| waitpid(-1, 0), "Wait for completion of a child process."),
    function("waitpid", "($module, pid, options, /)", |a| waitpid(index_to_i32(a[0])?, index_to_i32(a[1])?), "Wait for completion of a given child process."),
    function("waitstatus_to_exitcode", "($module, /, status)", waitstatus_to_exitcode, "Convert a wait status to an exit code."),
    function("WIFEXITED", "($module, /, status)", |a| Ok(Value::bool(libc::WIFEXITED(index_to_i32(a[0])?))), "Return True if the process returning status exited via the exit() system call."),
    function("WEXITSTATUS", "($module, /, status)", |a| Ok(Value::int(libc::WEXITSTATUS(index_to_i32(a[0])?) as i64)), "Return the process return code from status."),
    function("WIFSIGNALED", "($module, /, status)", |a| Ok(Value::bool(libc::WIFSIGNALED(index_to_i32(a[0])?))), "Return True if the process returning status was terminated by a signal."),
    function("WTERMSIG", "($module, /, status)", |a| Ok(Value::int(libc::WTERMSIG(index_to_i32(a[0])?) as i64)), "Return the signal that terminated the process that provided the status value."),
    function("WIFSTOPPED", "($module, /, status)", |a| Ok(Value::bool(libc::WIFSTOPPED(index_to_i32(a[0])?))), "Return True if the process returning status was stopped."),
    function("WSTOPSIG", "($module, /, status)", |a| Ok(Value::int(libc::WSTOPSIG(index_to_i32(a[0])?) as i64)), "Return the signal that stopped the process that provided the status value."),
    function("WIFCONTINUED", "($module, /, status)", |a| Ok(Value::bool(libc::WIFCONTINUED(index_to_i32(a[0])?))), "Return True if a particular process was continued from a job control stop."),
    function("WCOREDUMP", "($module, status, /)", |a| Ok(Value::bool(libc::WCOREDUMP(index_to_i32(a[0])?))), "Return True if the process returning status was dumped to a core file."),
    function("cpu_count", "($module, /)", cpu_count, "Return the number of logical CPUs in the system."),
    function("sched_yield", "($module, /)", |_| done(calls::sched_yield()), "Voluntarily relinquish the CPU."),
    function("sched_getaffinity", "($module, pid, /)", sched_getaffinity, "Return the affinity of the process identified by pid (or the current process if zero)."),
    function("sched_setaffinity", "($module, pid, mask, /)", sched_setaffinity, "Set the CPU affinity of the process identified by pid to mask."),
    function("sched_get_priority_max", "($module, /, policy)", |a| { let policy = index_to_i32(a[0])?; number(calls::sched_get_priority_max(policy) as i64) }, "Get the maximum scheduling priority for policy."),
    function("sched_get_priority_min", "($module, /, policy)", |a| { let policy = index_to_i32(a[0])?; number(calls::sched_get_priority_min(policy) as i64) }, "Get the minimum scheduling priority for policy."),
    function("sched_getscheduler", "($module, pid, /)", |a| { let pid = index_to_i32(a[0])?; number(calls::sched_getscheduler(pid) as i64) }, "Get the scheduling policy for the process identified by pid."),
    function("getloadavg", "($module, /)", getloadavg, "Return average recent system load information."),
    function("uname", "($module, /)", uname, "Return an object identifying the current operating system."),
    function("times", "($module, /)", times, "Return a collection containing process timing information."),
    function("sysconf", "($module, name, /)", sysconf, "Return an integer-valued system configuration variable."),
    function("pathconf", "($module, /, path, name)", pathconf, "Return the configuration limit name for the file or directory path."),
    function("fpathconf", "($module, fd, name, /)", fpathconf, "Return the configuration limit name for the file descriptor fd."),
    function("confstr", "($module, name, /)", confstr, "Return a string-valued system configuration variable."),
    function("strerror", "($module, code, /)", |a| Ok(str::new(&crate::objects::exception_os::strerror(index_to_i32(a[0])?)).value()), "Translate an error code to a message string."),
    function("urandom", "($module, size, /)", urandom, "Return a bytes object containing random bytes suitable for cryptographic use."),
    function("getrandom", "($module, /, size, flags=0)", getrandom, "Obtain a series of random bytes."),
    function("putenv", "($module, name, value, /)", putenv, "Change or add an environment variable."),
    function("unsetenv", "($module, name, /)", unsetenv, "Delete an environment variable."),
    function("_create_environ", "($module, /)", |_| environ(), "Create the environment dictionary."),
    function("fspath", "($module, /, path)", |a| path::fspath(a[0]), "Return the file system path representation of the object."),
    function("_path_normpath", "($module, /, path)", super::normal::normpath, "Normalize path, eliminating double slashes, etc."),
    function("_path_splitroot_ex", "($module, /, p)", super::normal::splitroot, "Split a pathname into drive, root and tail."),
    function("ctermid", "($module, /)", |_| Ok(str::new("/dev/tty").value()), "Return the name of the controlling terminal for this process."),
    function("tcgetpgrp", "($module, fd, /)", |a| { let fd = index_to_i32(a[0])?; number(calls::tcgetpgrp(fd) as i64) }, "Return the process group associated with the terminal specified by fd."),
    function("tcsetpgrp", "($module, fd, pgid, /)", |a| { let (fd, group) = (index_to_i32(a[0])?, index_to_i32(a[1])?); done(calls::tcsetpgrp(fd, group)) }, "Set the process group associated with the terminal specified by fd."),
    function("openpty", "($module, /)", openpty, "Open a pseudo-terminal."),
    function("pidfd_open", "($module, /, pid, flags=0)", pidfd_open, "Return a file descriptor referring to the process *pid*."),
    function("_inputhook", "($module, /)", |_| Err(crate::error::runtime_error("input hook is not installed")), ""),
    function("_is_inputhook_installed", "($module, /)", |_| Ok(Value::bool(false)), ""),
];

// -- identities ------------------------------------------------------------------------

fn getgroups(_: &[Value]) -> R {
    let mut groups = vec![0 as libc::gid_t; 65_536];
    // SAFETY: the buffer has that many places.
    let count = unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) };
    let Ok(count) = usize::try_from(count) else { return Err(last_error()) };
    let list = List::new();
    for group in &groups[..count.min(groups.len())] {
        list.push(Value::int(*group as i64))?;
    }
    Ok(list.value())
}
fn three_ids(ask: impl FnOnce(&mut u32, &mut u32, &mut u32) -> i32) -> R {
    let (mut a, mut b, mut c) = (0, 0, 0);
    if ask(&mut a, &mut b, &mut c) < 0 {
        return Err(last_error());
    }
    Ok(Tuple::from_slice(&[a, b, c].map(|id| Value::int(id as i64))).value())
}
fn getlogin(_: &[Value]) -> R {
    // SAFETY: the answer is NULL or NUL-terminated, and stays until the next call; it is copied at once.
    let name = unsafe {
        let name = libc::getlogin();
        if name.is_null() {
            return Err(last_error());
        }
        CStr::from_ptr(name).to_bytes().to_vec()
    };
    path::decoded(&name, false)
}
fn getpriority(args: &[Value]) -> R {
    let (which, who) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    // SAFETY: numbers only; -1 is an answer too, so errno tells.
    unsafe {
        *libc::__errno_location() = 0;
        let priority = libc::getpriority(which as libc::__priority_which_t, who as libc::id_t);
        if path::last_errno() != 0 { Err(last_error()) } else { Ok(Value::int(priority as i64)) }
    }
}
fn setpriority(args: &[Value]) -> R {
    let (which, who, priority) = (index_to_i32(args[0])?, index_to_i32(args[1])?, index_to_i32(args[2])?);
    // SAFETY: numbers only.
    done(unsafe { libc::setpriority(which as libc::__priority_which_t, who as libc::id_t, priority) })
}
fn nice(args: &[Value]) -> R {
    let increment = index_to_i32(args[0])?;
    // SAFETY: numbers only; -1 is an answer too, so errno tells.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::nice(increment);
        if value == -1 && path::last_errno() != 0 { Err(last_error()) } else { Ok(Value::int(value as i64)) }
    }
}
fn kill(args: &[Value]) -> R {
    let (pid, signal) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    // SAFETY: numbers only.
    done(unsafe { libc::kill(pid, signal) })?;
    crate::pending::check()?;
    Ok(NONE)
}
fn killpg(args: &[Value]) -> R {
    let (group, signal) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    // SAFETY: numbers only.
    done(unsafe { libc::killpg(group, signal) })?;
    crate::pending::check()?;
    Ok(NONE)
}

// -- new processes ---------------------------------------------------------------------

fn at_fork() -> [Gc<List>; 3] {
    AT_FORK.with(|own| {
        *own.get_or_init(|| {
            let lists = [List::new(), List::new(), List::new()];
            lists.iter().for_each(|list| crate::vm::keep(list.value()));
            lists
        })
    })
}
fn register_at_fork(args: &[Value]) -> R {
    if args.iter().all(|given| given.is_null()) {
        return Err(type_error("At least one argument is required."));
    }
    for (given, name) in args.iter().zip(["before", "after_in_child", "after_in_parent"]) {
        if !given.is_null() && !ops::is_callable(*given) {
            return Err(type_error(format!("'{name}' must be callable, not {}", crate::vm::type_name(*given))));
        }
    }
    for (given, list) in args.iter().zip(at_fork()) {
        if !given.is_null() {
            list.push(*given)?;
        }
    }
    Ok(NONE)
}
fn run_hooks(list: Gc<List>, reversed: bool) {
    let count = list.len();
    for i in 0..count {
        let Some(hook) = list.get(if reversed { count - 1 - i } else { i }) else { break };
        if let Err(raised) = ops::call_positional(hook, &[]) {
            crate::modules::sys::unraisable(raised, None, hook);
        }
    }
}
/// This VM has one native thread and one that compiles, which a child makes anew.
fn fork(_: &[Value]) -> R {
    let [before, in_child, in_parent] = at_fork();
    run_hooks(before, true);
    crate::modules::io::settle_all();
    let pid = crate::vm::vm().engine.fork();
    let errno = path::last_errno();
    run_hooks(if pid == 0 { in_child } else { in_parent }, false);
    if pid < 0 { Err(os_error(errno, NONE)) } else { Ok(Value::int(pid as i64)) }
}

/// A list of C strings, for exec.
pub struct Strings {
    owned: Vec<CString>,
}
impl Strings {
    pub fn pointers(&self) -> Vec<*mut libc::c_char> {
        self.owned.iter().map(|text| text.as_ptr().cast_mut()).chain([core::ptr::null_mut()]).collect()
    }
}
pub fn argv(value: Value, function: &str) -> R<Strings> {
    if !value.is::<Tuple>() && !value.is::<List>() {
        return Err(type_error(format!("{function}() arg 2 must be a tuple or list")));
    }
    let items = ops::collect(value)?;
    if items.len() == 0 {
        return Err(value_error(format!("{function}() arg 2 must not be empty")));
    }
    let mut owned = Vec::new();
    for i in 0..items.len() {
        owned.push(fs_converted(items.get(i).unwrap_or(NONE))?);
    }
    if owned[0].is_empty() {
        return Err(value_error(format!("{function}() arg 2 first element cannot be empty")));
    }
    Ok(Strings { owned })
}
pub fn env(value: Value, function: &str) -> R<Strings> {
    let is_mapping = crate::vm::class_of(value).slots.getitem.get().is_some()
        && ops::getattr_opt(value, crate::vm::names().keys)?.is_some();
    if !is_mapping {
        return Err(type_error(format!("{function}: environment must be a mapping object")));
    }
    let keys = ops::collect(ops::call_method(value, crate::vm::names().keys, &[])?)?;
    let mut owned = Vec::new();
    for i in 0..keys.len() {
        let Some(key) = keys.get(i) else { break };
        let name = fs_converted(key)?;
        let content = fs_converted(ops::getitem(value, key)?)?;
        if name.as_bytes().is_empty() || name.as_bytes()[1..].contains(&b'=') {
            return Err(value_error("illegal environment variable name"));
        }
        let mut entry = name.into_bytes();
        entry.push(b'=');
        entry.extend_from_slice(content.as_bytes());
        owned.push(CString::new(entry).map_err(|_| value_error("embedded null byte"))?);
    }
    Ok(Strings { owned })
}
fn execv(args: &[Value]) -> R {
    let file = argument(args[0], "execv", "path", Also::Nothing)?;
    let argv = argv(args[1], "execv")?;
    let pointers = argv.pointers();
    crate::modules::io::settle_all();
    // SAFETY: all strings are NUL-terminated, the list ends with NULL.
    unsafe { libc::execv(file.as_ptr(), pointers.as_ptr().cast()) };
    Err(os_error(path::last_errno(), NONE))
}
fn execve(args: &[Value]) -> R {
    let file = argument(args[0], "execve", "path", Also::Descriptor)?;
    let argv = argv(args[1], "execve")?;
    let env = env(args[2], "execve")?;
    let (argv, env) = (argv.pointers(), env.pointers());
    crate::modules::io::settle_all();
    // SAFETY: all strings are NUL-terminated, the lists end with NULL.
    unsafe {
        match file.fd {
            Some(fd) => libc::fexecve(fd, argv.as_ptr().cast(), env.as_ptr().cast()),
            None => libc::execve(file.as_ptr(), argv.as_ptr().cast(), env.as_ptr().cast()),
        }
    };
    Err(file.error(path::last_errno()))
}
fn system(args: &[Value]) -> R {
    let command = fs_converted(args[0])?;
    crate::modules::io::settle_all();
    // SAFETY: the command is NUL-terminated.
    Ok(Value::int(unsafe { libc::system(command.as_ptr()) } as i64))
}

fn waitpid(pid: i32, options: i32) -> R {
    let mut status = 0;
    // SAFETY: `status` is a place for the answer.
    let found = retry(|| unsafe { libc::waitpid(pid, &mut status, options) as isize })?;
    let pid = found.map_err(|errno| os_error(errno, NONE))?;
    Ok(Tuple::from_slice(&[Value::int(pid as i64), Value::int(status as i64)]).value())
}
fn waitstatus_to_exitcode(args: &[Value]) -> R {
    let status = index_to_i32(args[0])?;
    if libc::WIFEXITED(status) {
        return Ok(Value::int(libc::WEXITSTATUS(status) as i64));
    }
    if libc::WIFSIGNALED(status) {
        return Ok(Value::int(-libc::WTERMSIG(status) as i64));
    }
    if libc::WIFSTOPPED(status) {
        return Err(value_error(format!("process stopped by delivery of signal {}", libc::WSTOPSIG(status))));
    }
    Err(value_error(format!("invalid wait status: {status}")))
}
fn openpty(_: &[Value]) -> R {
    let (mut main, mut sub) = (0, 0);
    let null = core::ptr::null_mut();
    // SAFETY: two places for the descriptors; nothing else is asked for.
    if unsafe { libc::openpty(&mut main, &mut sub, null, core::ptr::null_mut(), core::ptr::null_mut()) } < 0 {
        return Err(last_error());
    }
    for fd in [main, sub] {
        // SAFETY: numbers only.
        unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    }
    Ok(Tuple::from_slice(&[Value::int(main as i64), Value::int(sub as i64)]).value())
}
fn pidfd_open(args: &[Value]) -> R {
    let (pid, flags) = (index_to_i32(args[0])?, args[1].option().map_or(Ok(0), index_to_i32)?);
    // SAFETY: numbers only.
    number(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) })
}

// -- the machine -----------------------------------------------------------------------

fn cpu_count(_: &[Value]) -> R {
    // SAFETY: numbers only.
    let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(if count < 1 { NONE } else { Value::int(count) })
}
fn sched_getaffinity(args: &[Value]) -> R {
    let pid = index_to_i32(args[0])?;
    // SAFETY: a zeroed set is valid; the call fills it.
    let set = unsafe {
        let mut set: libc::cpu_set_t = core::mem::zeroed();
        if libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &mut set) < 0 {
            return Err(last_error());
        }
        set
    };
    let list = List::new();
    for cpu in 0..libc::CPU_SETSIZE as usize {
        // SAFETY: the index is below CPU_SETSIZE.
        if unsafe { libc::CPU_ISSET(cpu, &set) } {
            list.push(Value::int(cpu as i64))?;
        }
    }
    ops::call_positional(types().set.value(), &[list.value()])
}
fn sched_setaffinity(args: &[Value]) -> R {
    let pid = index_to_i32(args[0])?;
    // SAFETY: a zeroed set is valid.
    let mut set: libc::cpu_set_t = unsafe { core::mem::zeroed() };
    ops::for_each(args[1], |cpu| {
        let cpu = index_to_i32(cpu)?;
        if cpu < 0 {
            return Err(value_error("negative CPU number"));
        }
        if cpu < libc::CPU_SETSIZE {
            // SAFETY: the index is below CPU_SETSIZE.
            unsafe { libc::CPU_SET(cpu as usize, &mut set) };
        }
        Ok(())
    })?;
    // SAFETY: the set has that size.
    done(unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &set) })
}
fn getloadavg(_: &[Value]) -> R {
    let mut loads = [0f64; 3];
    // SAFETY: three places.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return Err(crate::error::os_error("Load averages are unobtainable"));
    }
    Ok(Tuple::from_slice(&loads.map(Value::float)).value())
}
fn uname(_: &[Value]) -> R {
    // SAFETY: a zeroed utsname is valid; the call fills it with NUL-terminated texts.
    let fields = unsafe {
        let mut names: libc::utsname = core::mem::zeroed();
        if libc::uname(&mut names) < 0 {
            return Err(last_error());
        }
        [&names.sysname, &names.nodename, &names.release, &names.version, &names.machine]
            .map(|field| CStr::from_ptr(field.as_ptr()).to_bytes().to_vec())
    };
    let mut values = [NONE; 5];
    for (value, field) in values.iter_mut().zip(&fields) {
        *value = path::decoded(field, false)?;
    }
    classes(|own| structseq::make(own.uname, &values))
}
fn times(_: &[Value]) -> R {
    // SAFETY: a zeroed tms is valid; the call fills it.
    let (elapsed, spent, ticks) = unsafe {
        let mut spent: libc::tms = core::mem::zeroed();
        (libc::times(&mut spent), spent, libc::sysconf(libc::_SC_CLK_TCK))
    };
    let seconds = |count: i64| Value::float(count as f64 / ticks.max(1) as f64);
    let fields = [spent.tms_utime, spent.tms_stime, spent.tms_cutime, spent.tms_cstime, elapsed].map(seconds);
    classes(|own| structseq::make(own.times, &fields))
}

fn configuration(value: Value, kind: Kind) -> R<i32> {
    if int::is_any_int(value) {
        return index_to_i32(value);
    }
    let Some(name) = value.downcast::<Str>() else {
        return Err(type_error("configuration names must be strings or integers"));
    };
    consts::find(kind, &name.to_string_lossy()).ok_or_else(|| value_error("unrecognized configuration name"))
}
/// -1 without an error is "no limit".
fn limit(ask: impl FnOnce() -> i64, file: Value) -> R {
    // SAFETY: errno is this thread's own.
    unsafe { *libc::__errno_location() = 0 };
    let answer = ask();
    match path::last_errno() {
        errno if answer == -1 && errno != 0 => Err(os_error(errno, file)),
        _ => Ok(Value::int(answer)),
    }
}
fn sysconf(args: &[Value]) -> R {
    let name = configuration(args[0], Kind::Sysconf)?;
    // SAFETY: numbers only.
    limit(|| unsafe { libc::sysconf(name) }, NONE)
}
fn pathconf(args: &[Value]) -> R {
    let file = argument(args[0], "pathconf", "path", Also::Descriptor)?;
    let name = configuration(args[1], Kind::Pathconf)?;
    // SAFETY: the path is NUL-terminated.
    let ask = || unsafe {
        match file.fd {
            Some(fd) => libc::fpathconf(fd, name),
            None => libc::pathconf(file.as_ptr(), name),
        }
    };
    limit(ask, file.object)
}
fn fpathconf(args: &[Value]) -> R {
    let fd = path::fildes(args[0])?;
    let name = configuration(args[1], Kind::Pathconf)?;
    // SAFETY: numbers only.
    limit(|| unsafe { libc::fpathconf(fd, name) }, NONE)
}
fn confstr(args: &[Value]) -> R {
    let name = configuration(args[0], Kind::Confstr)?;
    let mut buffer = [0u8; 1024];
    // SAFETY: the buffer has 1024 bytes.
    let len = unsafe {
        *libc::__errno_location() = 0;
        libc::confstr(name, buffer.as_mut_ptr().cast(), buffer.len())
    };
    if len == 0 {
        return if path::last_errno() != 0 { Err(last_error()) } else { Ok(NONE) };
    }
    path::decoded(&buffer[..(len - 1).min(buffer.len() - 1)], false)
}

fn random(size: Value, flags: libc::c_uint, all: bool) -> R {
    let size = crate::objects::support::ssize(size)?;
    let Ok(size) = usize::try_from(size) else {
        return if all { Err(value_error("negative argument not allowed")) } else { Err(os_error(libc::EINVAL, NONE)) };
    };
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| memory_error())?;
    buffer.resize(size, 0u8);
    let mut filled = 0;
    while filled < size {
        let rest = &mut buffer[filled..];
        let len = rest.len().min(1 << 20);
        // SAFETY: the buffer has `len` bytes.
        let count = retry(|| unsafe { libc::getrandom(rest.as_mut_ptr().cast(), len, flags) })?;
        filled += count.map_err(|errno| os_error(errno, NONE))?;
        if !all {
            break;
        }
    }
    bytes::try_new(&buffer[..filled.min(size)]).map(|bytes| bytes.value())
}
fn urandom(args: &[Value]) -> R {
    random(args[0], 0, true)
}
fn getrandom(args: &[Value]) -> R {
    random(args[0], args[1].option().map_or(Ok(0), index_to_i32)? as libc::c_uint, false)
}

// -- environment -----------------------------------------------------------------------

pub fn environ() -> R {
    let dict = Dict::new();
    for (name, value) in std::env::vars_os() {
        let name = bytes::try_new(name.as_bytes())?.value();
        if dict.get(name)?.is_none() {
            dict.set(name, bytes::try_new(value.as_bytes())?.value())?;
        }
    }
    Ok(dict.value())
}
fn putenv(args: &[Value]) -> R {
    let (name, value) = (fs_converted(args[0])?, fs_converted(args[1])?);
    if name.as_bytes().contains(&b'=') {
        return Err(value_error("illegal environment variable name"));
    }
    // SAFETY: both are NUL-terminated and copied; this VM has one native thread.
    done(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) })
}
fn unsetenv(args: &[Value]) -> R {
    let name = fs_converted(args[0])?;
    // SAFETY: as in `putenv`.
    done(unsafe { libc::unsetenv(name.as_ptr()) })
}
