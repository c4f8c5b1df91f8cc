//! `fcntl`: control of file descriptors and locks of files.

use crate::error::{R, Raised, type_error, value_error};
use crate::modules::posix::path::{fildes, os_error, retry};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::buffer::{self, BytesView};
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::type_name;

static FUNCTIONS: [NativeFunction; 4] = [
    function("fcntl", "($module, fd, cmd, arg=0, /)", fcntl, "Perform the operation cmd on file descriptor fd."),
    function("ioctl", "($module, fd, request, arg=0, mutate_flag=True, /)", ioctl, "Perform the operation request on file descriptor fd."),
    function("flock", "($module, fd, operation, /)", flock, "Perform the lock operation on file descriptor fd."),
    function("lockf", "($module, fd, cmd, len=0, start=0, whence=0, /)", lockf, "A wrapper around the fcntl() locking calls."),
];

#[rustfmt::skip]
const NUMBERS: [(&str, i64); 71] = [
    ("DN_ACCESS", 1), ("DN_ATTRIB", 0x20), ("DN_CREATE", 4), ("DN_DELETE", 8), ("DN_MODIFY", 2), ("DN_MULTISHOT", 0x80000000),
    ("DN_RENAME", 0x10), ("FASYNC", 0x2000), ("FD_CLOEXEC", 1), ("FICLONE", 0x40049409), ("FICLONERANGE", 0x4020940d),
    ("F_ADD_SEALS", 0x409), ("F_DUPFD", 0), ("F_DUPFD_CLOEXEC", 0x406), ("F_DUPFD_QUERY", 0x403), ("F_EXLCK", 4), ("F_GETFD", 1),
    ("F_GETFL", 3), ("F_GETLEASE", 0x401), ("F_GETLK", 5), ("F_GETLK64", 5), ("F_GETOWN", 9), ("F_GETOWN_EX", 0x10),
    ("F_GETPIPE_SZ", 0x408), ("F_GETSIG", 0xb), ("F_GET_FILE_RW_HINT", 0x40d), ("F_GET_RW_HINT", 0x40b), ("F_GET_SEALS", 0x40a),
    ("F_NOTIFY", 0x402), ("F_OFD_GETLK", 0x24), ("F_OFD_SETLK", 0x25), ("F_OFD_SETLKW", 0x26), ("F_OWNER_PGRP", 2), ("F_OWNER_PID", 1),
    ("F_OWNER_TID", 0), ("F_RDLCK", 0), ("F_SEAL_FUTURE_WRITE", 0x10), ("F_SEAL_GROW", 4), ("F_SEAL_SEAL", 1), ("F_SEAL_SHRINK", 2),
    ("F_SEAL_WRITE", 8), ("F_SETFD", 2), ("F_SETFL", 4), ("F_SETLEASE", 0x400), ("F_SETLK", 6), ("F_SETLK64", 6), ("F_SETLKW", 7),
    ("F_SETLKW64", 7), ("F_SETOWN", 8), ("F_SETOWN_EX", 0xf), ("F_SETPIPE_SZ", 0x407), ("F_SETSIG", 0xa), ("F_SET_FILE_RW_HINT", 0x40e),
    ("F_SET_RW_HINT", 0x40c), ("F_SHLCK", 8), ("F_UNLCK", 2), ("F_WRLCK", 1), ("LOCK_EX", 2), ("LOCK_MAND", 0x20), ("LOCK_NB", 4),
    ("LOCK_READ", 0x40), ("LOCK_RW", 0xc0), ("LOCK_SH", 1), ("LOCK_UN", 8), ("LOCK_WRITE", 0x80), ("RWH_WRITE_LIFE_EXTREME", 5),
    ("RWH_WRITE_LIFE_LONG", 4), ("RWH_WRITE_LIFE_MEDIUM", 3), ("RWH_WRITE_LIFE_NONE", 1), ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_SHORT", 2),
];

/// What an argument may be without `mutate_flag`.
const SIZE_MAX: usize = 1024;

pub fn init(module: Gc<Module>) -> R<()> {
    for (name, number) in NUMBERS {
        add(module, name, Value::int(number));
    }
    add_functions(module, &FUNCTIONS);
    Ok(())
}

enum Argument {
    Number(libc::c_long),
    Text(Vec<u8>),
    View(BytesView),
}

fn argument(value: Value, function: &str) -> R<Argument> {
    if value.is_null() {
        return Ok(Argument::Number(0));
    }
    if crate::vm::class_of(value).slots.index.get().is_some() {
        return Ok(Argument::Number(masked(value)?));
    }
    if let Some(text) = value.downcast::<Str>() {
        return Ok(Argument::Text(text.to_utf8_with_surrogates()));
    }
    match buffer::as_bytes(value)? {
        Some(view) => Ok(Argument::View(view)),
        None => {
            let kind = type_name(value);
            Err(type_error(format!("{function}() argument 3 must be an integer, a bytes-like object, or a string, not {kind}")))
        }
    }
}
/// The low bits of an int.
fn masked(value: Value) -> R<libc::c_long> {
    let number = ops::index(value)?;
    if let Some(small) = int::to_i64(number) {
        return Ok(small as libc::c_long);
    }
    let mask = Value::int(0xFFFF_FFFF);
    Ok(int::to_i64(ops::binary(crate::slots::BinaryOp::And, number, mask)?).unwrap_or(0) as libc::c_long)
}

/// A copy of the argument, with room that no call that the kernel knows of overruns.
fn copied(bytes: &[u8], function: &str) -> R<[u8; 2 * SIZE_MAX]> {
    if bytes.len() > SIZE_MAX {
        return Err(value_error(format!("{function} argument 3 is too long")));
    }
    let mut buffer = [0; 2 * SIZE_MAX];
    buffer[..bytes.len()].copy_from_slice(bytes);
    Ok(buffer)
}
fn failed(errno: i32) -> Raised {
    os_error(errno, NONE)
}

fn fcntl(args: &[Value]) -> R {
    let (fd, command) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    let bytes = match argument(args[2], "fcntl")? {
        Argument::Number(number) => {
            // SAFETY: a number is no memory.
            let result = retry(|| unsafe { libc::fcntl(fd, command, number) as isize })?;
            return result.map(|result| Value::int(result as i64)).map_err(failed);
        }
        Argument::Text(text) => text,
        Argument::View(view) => view.as_slice().to_vec(),
    };
    let mut buffer = copied(&bytes, "fcntl")?;
    // SAFETY: the kernel reads and writes no more than a struct of the command, for which there is room.
    let result = retry(|| unsafe { libc::fcntl(fd, command, buffer.as_mut_ptr()) as isize })?;
    result.map_err(failed)?;
    Ok(bytes::try_new(&buffer[..bytes.len()])?.value())
}

fn ioctl(args: &[Value]) -> R {
    let (fd, request) = (fildes(args[0])?, masked(args[1])? as libc::c_ulong);
    let is_mutable = args[3].is_null() || ops::truth(args[3])?;
    let bytes = match argument(args[2], "ioctl")? {
        Argument::Number(number) => {
            // SAFETY: the program passes a number; it is not known to be an address of ours.
            let result = retry(|| unsafe { libc::ioctl(fd, request as _, number) as isize })?;
            return result.map(|result| Value::int(result as i64)).map_err(failed);
        }
        Argument::View(view) if is_mutable && !view.is_readonly() => {
            let len = view.as_slice().len();
            let mut room = vec![0u8; len.max(SIZE_MAX) + SIZE_MAX];
            room[..len].copy_from_slice(view.as_slice());
            // SAFETY: the kernel reads and writes no more than a struct of the request, for which there is room.
            let result = retry(|| unsafe { libc::ioctl(fd, request as _, room.as_mut_ptr()) as isize })?;
            view.as_mut_slice().copy_from_slice(&room[..len]);
            return result.map(|result| Value::int(result as i64)).map_err(failed);
        }
        Argument::Text(text) => text,
        Argument::View(view) => view.as_slice().to_vec(),
    };
    let mut buffer = copied(&bytes, "ioctl")?;
    // SAFETY: as above.
    let result = retry(|| unsafe { libc::ioctl(fd, request as _, buffer.as_mut_ptr()) as isize })?;
    result.map_err(failed)?;
    Ok(bytes::try_new(&buffer[..bytes.len()])?.value())
}

fn flock(args: &[Value]) -> R {
    let (fd, operation) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    // SAFETY: no memory is passed.
    let result = retry(|| unsafe { libc::flock(fd, operation) as isize })?;
    result.map(|_| NONE).map_err(failed)
}

fn lockf(args: &[Value]) -> R {
    let (fd, command) = (fildes(args[0])?, int::index_to_i32(args[1])?);
    let number = |value: Value| if value.is_null() { Ok(0) } else { int::index_to_i64(value) };
    let kind = match command {
        libc::LOCK_UN => libc::F_UNLCK,
        command if command & libc::LOCK_SH != 0 => libc::F_RDLCK,
        command if command & libc::LOCK_EX != 0 => libc::F_WRLCK,
        _ => return Err(value_error("unrecognized lockf argument")),
    };
    // SAFETY: all bits zero are a struct flock.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = kind as _;
    lock.l_len = number(args[2])?;
    lock.l_start = number(args[3])?;
    lock.l_whence = number(args[4])? as _;
    let wait = if command & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: the kernel reads the struct.
    let result = retry(|| unsafe { libc::fcntl(fd, wait, &raw const lock) as isize })?;
    result.map(|_| NONE).map_err(failed)
}
