//! `stat_result`, `statvfs_result` and the functions that make them.

use super::path::{self, Also, PathArg, last_error, retry};
use crate::args::Args;
use crate::error::{R, value_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::instance;
use crate::objects::int;
use crate::objects::structseq::{self, Spec};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::NewFn;
use crate::value::{NONE, Value};
use core::cell::OnceCell;
use std::ffi::CStr;

static STAT_RESULT: Spec = Spec {
    module: "os",
    name: "stat_result",
    doc: "stat_result: Result from stat, fstat, or lstat.",
    fields: &[
        "st_mode", "st_ino", "st_dev", "st_nlink", "st_uid", "st_gid", "st_size", "", "", "", "st_atime", "st_mtime",
        "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns", "st_blksize", "st_blocks", "st_rdev",
    ],
    visible: 10,
    can_make: true,
};
static STATVFS_RESULT: Spec = Spec {
    module: "os",
    name: "statvfs_result",
    doc: "statvfs_result: Result from statvfs or fstatvfs.",
    fields: &[
        "f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_flag", "f_namemax",
        "f_fsid",
    ],
    visible: 10,
    can_make: true,
};

thread_local! {
    static CLASSES: OnceCell<(Gc<Class>, Gc<Class>, NewFn)> = const { OnceCell::new() };
}
fn classes() -> (Gc<Class>, Gc<Class>, NewFn) {
    CLASSES.with(|own| {
        *own.get_or_init(|| {
            let stat = structseq::class(&STAT_RESULT);
            let plain_new = stat.slots.new.replace(Some(new)).unwrap_or(new);
            (stat, structseq::class(&STATVFS_RESULT), plain_new)
        })
    })
}
pub fn stat_class() -> Gc<Class> {
    classes().0
}
pub fn statvfs_class() -> Gc<Class> {
    classes().1
}

/// Times that are not given as floats are those of the tuple.
fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let made = (classes().2)(class, args)?;
    if let Some(tuple) = made.downcast::<Tuple>() {
        for i in 7..10 {
            if structseq::get(made, i + 3).is_none() {
                let first = size_of::<Tuple>() / 8 + 1;
                instance::set_member(made, (first + i - 7) as u16, tuple.at(i));
            }
        }
    }
    Ok(made)
}

pub fn make(status: &libc::stat) -> R {
    let unsigned = |number: u64| int::from_u64(number);
    let nanoseconds = |seconds: i64, rest: i64| int::from_i128(seconds as i128 * 1_000_000_000 + rest as i128);
    let float = |seconds: i64, rest: i64| Value::float(seconds as f64 + 1e-9 * rest as f64);
    let times = [
        (status.st_atime, status.st_atime_nsec),
        (status.st_mtime, status.st_mtime_nsec),
        (status.st_ctime, status.st_ctime_nsec),
    ];
    let [a, m, c] = times;
    structseq::make(stat_class(), &[
        unsigned(status.st_mode as u64), unsigned(status.st_ino), unsigned(status.st_dev), unsigned(status.st_nlink as u64),
        unsigned(status.st_uid as u64), unsigned(status.st_gid as u64), Value::int(status.st_size),
        Value::int(a.0), Value::int(m.0), Value::int(c.0),
        float(a.0, a.1), float(m.0, m.1), float(c.0, c.1),
        nanoseconds(a.0, a.1), nanoseconds(m.0, m.1), nanoseconds(c.0, c.1),
        Value::int(status.st_blksize as i64), Value::int(status.st_blocks), unsigned(status.st_rdev),
    ])
}

fn zeroed() -> libc::stat {
    // SAFETY: a zeroed stat is a valid value.
    unsafe { core::mem::zeroed() }
}
/// The status of a name below a folder, or the errno.
pub fn of_name(dir_fd: i32, name: &CStr, follow: bool) -> Result<libc::stat, i32> {
    if crate::library::owns(name) {
        return crate::library::status(name);
    }
    let mut status = zeroed();
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the name is NUL-terminated, `status` a place for the answer.
    match unsafe { libc::fstatat(dir_fd, name.as_ptr(), &mut status, flags) } {
        0 => Ok(status),
        _ => Err(path::last_errno()),
    }
}
pub fn of_fd(fd: i32) -> Result<libc::stat, i32> {
    let mut status = zeroed();
    // SAFETY: `status` is a place for the answer.
    match unsafe { libc::fstat(fd, &mut status) } {
        0 => Ok(status),
        _ => Err(path::last_errno()),
    }
}

fn lookup(function: &str, file: &PathArg, dir_fd: Value, follow: bool) -> R {
    if file.fd.is_some() && ops::given(dir_fd).is_some() {
        return Err(value_error(format!("{function}: can't specify dir_fd without matching path")));
    }
    if file.fd.is_some() && !follow {
        return Err(value_error(format!("{function}: cannot use fd and follow_symlinks together")));
    }
    let found = match file.fd {
        // CPython takes -1 for "no descriptor", and then has no path either.
        Some(-1) => Err(libc::EFAULT),
        Some(fd) => of_fd(fd),
        None => {
            let dir_fd = path::dir_fd(dir_fd)?;
            crate::modules::io::settle(|| of_name(dir_fd, &file.text, follow).ok());
            of_name(dir_fd, &file.text, follow)
        }
    };
    match found {
        Ok(status) => make(&status),
        Err(errno) => Err(file.error(errno)),
    }
}
pub fn stat(args: &[Value]) -> R {
    let file = path::argument(args[0], "stat", "path", Also::Descriptor)?;
    let follow = args[2].option().map_or(Ok(true), ops::truth)?;
    lookup("stat", &file, args[1], follow)
}
pub fn lstat(args: &[Value]) -> R {
    let file = path::argument(args[0], "lstat", "path", Also::Nothing)?;
    lookup("lstat", &file, args[1], false)
}
pub fn fstat(args: &[Value]) -> R {
    match of_fd(int::index_to_i32(args[0])?) {
        Ok(status) => make(&status),
        Err(errno) => Err(path::os_error(errno, NONE)),
    }
}

pub fn statvfs(args: &[Value]) -> R {
    let file = path::argument(args[0], "statvfs", "path", Also::Descriptor)?;
    // SAFETY: a zeroed statvfs is a valid value; both calls fill it.
    let (result, answer) = unsafe {
        let mut answer: libc::statvfs = core::mem::zeroed();
        let result = match file.fd {
            Some(fd) => retry(|| libc::fstatvfs(fd, &mut answer) as isize)?,
            None => retry(|| libc::statvfs(file.as_ptr(), &mut answer) as isize)?,
        };
        (result, answer)
    };
    result.map_err(|errno| file.error(errno))?;
    make_statvfs(&answer)
}
pub fn fstatvfs(args: &[Value]) -> R {
    let fd = int::index_to_i32(args[0])?;
    // SAFETY: as in `statvfs`.
    let (result, answer) = unsafe {
        let mut answer: libc::statvfs = core::mem::zeroed();
        (libc::fstatvfs(fd, &mut answer), answer)
    };
    if result < 0 { Err(last_error()) } else { make_statvfs(&answer) }
}
fn make_statvfs(answer: &libc::statvfs) -> R {
    let fields = [
        answer.f_bsize, answer.f_frsize, answer.f_blocks, answer.f_bfree, answer.f_bavail, answer.f_files, answer.f_ffree,
        answer.f_favail, answer.f_flag, answer.f_namemax, answer.f_fsid,
    ];
    structseq::make(statvfs_class(), &fields.map(int::from_u64))
}
