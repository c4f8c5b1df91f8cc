//! `_posixsubprocess`: fork and exec for `subprocess`.

use crate::error::{R, memory_error, type_error, value_error};
use crate::modules::add_functions;
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::exception_os;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::support::not_none;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::intern;
use core::ptr::null;
use std::ffi::CString;

static FUNCTIONS: [NativeFunction; 1] = [function(
    "fork_exec",
    "($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)",
    fork_exec,
    "Spawn a fresh new child process.",
)];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    Ok(())
}

/// What the child does between fork and exec. All memory is there before the fork.
struct Plan {
    argv: Vec<*const libc::c_char>,
    env: Option<Vec<*const libc::c_char>>,
    executables: Vec<CString>,
    close_fds: bool,
    /// Sorted.
    pass_fds: Vec<i32>,
    cwd: Option<CString>,
    /// p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write.
    pipes: [i32; 8],
    restore_signals: bool,
    setsid: bool,
    pgid: i32,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
    preexec: Option<Value>,
}

fn fork_exec(args: &[Value]) -> R {
    let argv = strings(args[0], "argv")?;
    let env = match not_none(args[5]) {
        Some(env) => Some(strings(env, "env")?),
        None => None,
    };
    let mut pipes = [-1; 8];
    for (fd, value) in pipes.iter_mut().zip(&args[6..14]) {
        *fd = int::index_to_i32(*value)?;
    }
    let close_fds = ops::truth(args[2])?;
    if close_fds && pipes[7] < 3 {
        return Err(value_error("errpipe_write must be >= 3"));
    }
    let numbers = |value: Value| -> R<Vec<i64>> {
        let list = ops::collect(value)?;
        (0..list.len()).map(|i| int::index_to_i64(list.get(i).unwrap_or(NONE))).collect()
    };
    let mut pass_fds = Vec::new();
    for fd in numbers(args[3])? {
        pass_fds.push(i32::try_from(fd).ok().filter(|fd| *fd >= 0).ok_or_else(|| value_error("bad value(s) in fds_to_keep"))?);
    }
    pass_fds.sort_unstable();
    let id = |value: Value| match not_none(value) {
        Some(value) => int::index_to_i64(value).map(|id| Some(id as u32)),
        None => Ok(None),
    };
    let plan = Plan {
        argv: pointers(&argv),
        env: env.as_ref().map(|env| pointers(env)),
        executables: strings(args[1], "executable_list")?,
        close_fds,
        pass_fds,
        cwd: match not_none(args[4]) {
            Some(cwd) => Some(string(cwd)?),
            None => None,
        },
        pipes,
        restore_signals: ops::truth(args[14])?,
        setsid: ops::truth(args[15])?,
        pgid: int::index_to_i32(args[16])?,
        gid: id(args[17])?,
        groups: match not_none(args[18]) {
            Some(groups) => Some(numbers(groups)?.into_iter().map(|group| group as u32).collect()),
            None => None,
        },
        uid: id(args[19])?,
        umask: int::index_to_i32(args[20])?,
        preexec: not_none(args[21]),
    };
    // The child only touches what was made before the fork, but for a preexec_fn.
    match crate::vm::vm().engine.fork() {
        -1 => Err(exception_os::last(None)),
        0 => {
            let failed = plan.run();
            plan.report(failed);
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(255) }
        }
        pid => Ok(Value::int(pid as i64)),
    }
}

fn string(value: Value) -> R<CString> {
    let path = ops::call_positional(ops::getattr(crate::import::import_module("os")?, intern("fsencode"))?, &[value])?;
    let view = buffer::view(path)?;
    CString::new(view.as_slice()).map_err(|_| value_error("embedded null byte"))
}
fn strings(value: Value, what: &str) -> R<Vec<CString>> {
    if value.is::<Str>() {
        return Err(type_error(format!("{what} must be a tuple")));
    }
    let list = ops::collect(value)?;
    let mut all = Vec::new();
    all.try_reserve(list.len()).map_err(|_| memory_error())?;
    for i in 0..list.len() {
        all.push(string(list.get(i).unwrap_or(NONE))?);
    }
    Ok(all)
}
/// Ends with a null pointer. The strings stay where they are as long as the caller holds them.
fn pointers(strings: &[CString]) -> Vec<*const libc::c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([null()]).collect()
}

/// An errno, and what failed, as `subprocess` reads it from the pipe.
struct Failed(i32, &'static [u8]);

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}
fn check(result: i32) -> Result<i32, Failed> {
    if result < 0 { Err(Failed(errno(), b"noexec")) } else { Ok(result) }
}

impl Plan {
    /// In the child. Returns only when something fails.
    fn run(&self) -> Failed {
        match self.prepare() {
            Err(failed) => failed,
            Ok(()) => self.exec(),
        }
    }
    // SAFETY of the calls below: no memory is involved, or such that lives as long as the plan.
    fn prepare(&self) -> Result<(), Failed> {
        let [p2c_read, p2c_write, c2p_read, mut c2p_write, err_read, mut err_write, pipe_read, _] = self.pipes;
        unsafe {
            for &fd in &self.pass_fds {
                if fd != self.pipes[7] {
                    check(libc::fcntl(fd, libc::F_SETFD, 0))?;
                }
            }
            for fd in [p2c_write, c2p_read, err_read, pipe_read] {
                if fd >= 0 {
                    libc::close(fd);
                }
            }
            // The standard streams are about to be overwritten.
            if c2p_write == 0 {
                c2p_write = check(libc::dup(c2p_write))?;
            }
            while err_write == 0 || err_write == 1 {
                err_write = check(libc::dup(err_write))?;
            }
            for (fd, target) in [(p2c_read, 0), (c2p_write, 1), (err_write, 2)] {
                if fd == target {
                    check(libc::fcntl(fd, libc::F_SETFD, 0))?;
                } else if fd >= 0 {
                    check(libc::dup2(fd, target))?;
                }
            }
            if let Some(cwd) = &self.cwd
                && libc::chdir(cwd.as_ptr()) != 0
            {
                return Err(Failed(errno(), b"noexec:chdir"));
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                libc::signal(libc::SIGPIPE, libc::SIG_DFL);
                libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
            }
            if self.setsid {
                check(libc::setsid())?;
            }
            if self.pgid >= 0 {
                check(libc::setpgid(0, self.pgid))?;
            }
            if let Some(groups) = &self.groups {
                check(libc::setgroups(groups.len(), groups.as_ptr()))?;
            }
            if let Some(gid) = self.gid {
                check(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = self.uid {
                check(libc::setreuid(uid, uid))?;
            }
            if let Some(preexec) = self.preexec
                && ops::call_positional(preexec, &[]).is_err()
            {
                return Err(Failed(0, b"preexec"));
            }
            if self.close_fds {
                self.close_others();
            }
        }
        Ok(())
    }
    fn close_others(&self) {
        let mut first = 3;
        let kept = self.pass_fds.iter().copied().chain([self.pipes[7]]);
        // The kept ones in order, without sorting: the list is short.
        loop {
            let next = kept.clone().filter(|fd| *fd >= first).min();
            let last = next.map_or(u32::MAX, |fd| (fd - 1) as u32);
            if first as u32 <= last {
                // SAFETY: no memory is involved; what is open belongs to the child alone.
                unsafe { libc::syscall(libc::SYS_close_range, first as u32, last, 0) };
            }
            match next {
                Some(fd) => first = fd + 1,
                None => return,
            }
        }
    }
    fn exec(&self) -> Failed {
        let mut saved = libc::ENOENT;
        for executable in &self.executables {
            // SAFETY: both arrays end with a null pointer, and all strings with a zero.
            unsafe {
                match &self.env {
                    Some(env) => libc::execve(executable.as_ptr(), self.argv.as_ptr(), env.as_ptr()),
                    None => libc::execv(executable.as_ptr(), self.argv.as_ptr()),
                };
            }
            let error = errno();
            if error != libc::ENOENT && error != libc::ENOTDIR {
                saved = error;
            }
        }
        Failed(saved, b"")
    }
    /// `OSError:<errno in hex>:<what>` to the pipe that the parent reads.
    fn report(&self, Failed(errno, what): Failed) {
        let mut text = [0u8; 96];
        let mut len = 0;
        let mut push = |part: &[u8]| {
            for &byte in part {
                if let Some(to) = text.get_mut(len) {
                    *to = byte;
                    len += 1;
                }
            }
        };
        if what == b"preexec" {
            push(b"SubprocessError:0:Exception occurred in preexec_fn.");
        } else {
            push(b"OSError:");
            let digits: [u8; 8] = core::array::from_fn(|i| b"0123456789abcdef"[errno as usize >> (4 * (7 - i)) & 15]);
            let start = digits.iter().position(|&digit| digit != b'0').unwrap_or(7);
            push(&digits[start..]);
            push(b":");
            push(what);
        }
        // SAFETY: the buffer has `len` bytes. Nobody could be told of a failure.
        unsafe { libc::write(self.pipes[7], text.as_ptr().cast(), len) };
    }
}
