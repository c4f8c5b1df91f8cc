//! Functions on descriptors and names of files.

use super::calls;
use super::path::{self, Also, argument, done, fildes, last_error, number, os_error, os_error2, retry};
use crate::error::{R, memory_error, overflow_error, type_error, value_error};
use crate::objects::buffer;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::bytes;
use crate::objects::int::{self, index_to_i32, index_to_i64};
use crate::objects::list::List;
use crate::objects::str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{type_name, types};

#[rustfmt::skip]
pub static FUNCTIONS: [NativeFunction; 58] = [
    function("open", "($module, /, path, flags, mode=511, *, dir_fd=None)", open, "Open a file for low level IO.  Returns a file descriptor (integer)."),
    function("close", "($module, /, fd)", |a| done(close(index_to_i32(a[0])?)), "Close a file descriptor."),
    function("closerange", "($module, fd_low, fd_high, /)", closerange, "Closes all file descriptors in [fd_low, fd_high), ignoring errors."),
    function("read", "($module, fd, length, /)", read, "Read from a file descriptor.  Returns a bytes object."),
    function("readinto", "($module, fd, buffer, /)", readinto, "Read into a buffer object from a file descriptor."),
    function("pread", "($module, fd, length, offset, /)", pread, "Read a number of bytes from a file descriptor starting at a particular offset."),
    function("write", "($module, fd, data, /)", write, "Write a bytes object to a file descriptor."),
    function("pwrite", "($module, fd, buffer, offset, /)", pwrite, "Write bytes to a file descriptor starting at a particular offset."),
    function("writev", "($module, fd, buffers, /)", writev, "Iterate over buffers, and write the contents of each to a file descriptor."),
    function("lseek", "($module, fd, position, whence, /)", lseek, "Set the position of a file descriptor.  Return the new position."),
    function("dup", "($module, fd, /)", |a| { let fd = index_to_i32(a[0])?; number(calls::dup(fd) as i64) }, "Return a duplicate of a file descriptor."),
    function("dup2", "($module, /, fd, fd2, inheritable=True)", dup2, "Duplicate file descriptor."),
    function("pipe", "($module, /)", |_| pipe(libc::O_CLOEXEC), "Create a pipe."),
    function("pipe2", "($module, flags, /)", |a| pipe(index_to_i32(a[0])?), "Create a pipe with flags set atomically."),
    function("isatty", "($module, fd, /)", |a| { let fd = index_to_i32(a[0])?; Ok(Value::bool(calls::isatty(fd) == 1)) }, "Return True if the fd is connected to a terminal."),
    function("ttyname", "($module, fd, /)", ttyname, "Return the name of the terminal device connected to 'fd'."),
    function("fsync", "($module, /, fd)", |a| sync_fd(a[0], libc::fsync), "Force write of fd to disk."),
    function("fdatasync", "($module, /, fd)", |a| sync_fd(a[0], libc::fdatasync), "Force write of fd to disk without forcing update of metadata."),
    function("sync", "($module, /)", |_| { calls::sync(); Ok(NONE) }, "Force write of everything to disk."),
    function("ftruncate", "($module, fd, length, /)", ftruncate, "Truncate a file, specified by file descriptor, to a specific length."),
    function("truncate", "($module, /, path, length)", truncate, "Truncate a file, specified by path, to a specific length."),
    function("get_inheritable", "($module, fd, /)", get_inheritable, "Get the close-on-exe flag of the specified file descriptor."),
    function("set_inheritable", "($module, fd, inheritable, /)", set_inheritable, "Set the inheritable flag of the specified file descriptor."),
    function("get_blocking", "($module, fd, /)", get_blocking, "Get the blocking mode of the file descriptor."),
    function("set_blocking", "($module, fd, blocking, /)", set_blocking, "Set the blocking mode of the specified file descriptor."),
    function("get_terminal_size", "($module, fd=<unrepresentable>, /)", super::terminal_size, "Return the size of the terminal window as (columns, lines)."),
    function("device_encoding", "($module, /, fd)", device_encoding, "Return a string describing the encoding of a terminal's file descriptor."),
    function("sendfile", "($module, /, out_fd, in_fd, offset, count)", sendfile, "Copy count bytes from file descriptor in_fd to file descriptor out_fd."),
    function("copy_file_range", "($module, /, src, dst, count, offset_src=None, offset_dst=None)", copy_file_range, "Copy count bytes from one file descriptor to another."),
    function("lockf", "($module, fd, command, length, /)", lockf, "Apply, test or remove a POSIX lock on an open file descriptor."),
    function("memfd_create", "($module, /, name, flags=MFD_CLOEXEC)", memfd_create, ""),
    function("fchdir", "($module, /, fd)", |a| sync_fd(a[0], libc::fchdir), "Change to the directory of the given file descriptor."),
    function("chdir", "($module, /, path)", chdir, "Change the current working directory to the specified path."),
    function("getcwd", "($module, /)", |_| cwd(false), "Return a unicode string representing the current working directory."),
    function("getcwdb", "($module, /)", |_| cwd(true), "Return a bytes string representing the current working directory."),
    function("mkdir", "($module, /, path, mode=511, *, dir_fd=None)", mkdir, "Create a directory."),
    function("rmdir", "($module, /, path, *, dir_fd=None)", |a| remove_name(a, "rmdir", libc::AT_REMOVEDIR), "Remove a directory."),
    function("unlink", "($module, /, path, *, dir_fd=None)", |a| remove_name(a, "unlink", 0), "Remove a file (same as remove())."),
    function("remove", "($module, /, path, *, dir_fd=None)", |a| remove_name(a, "remove", 0), "Remove a file (same as unlink())."),
    function("rename", "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", |a| rename(a, "rename"), "Rename a file or directory."),
    function("replace", "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)", |a| rename(a, "replace"), "Rename a file or directory, overwriting the destination."),
    function("link", "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)", link, "Create a hard link to a file."),
    function("symlink", "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)", symlink, "Create a symbolic link pointing to src named dst."),
    function("readlink", "($module, /, path, *, dir_fd=None)", readlink, "Return a string representing the path to which the symbolic link points."),
    function("access", "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)", access, "Use the real uid/gid to test for access to a path."),
    function("chmod", "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)", chmod, "Change the access permissions of a file."),
    function("fchmod", "($module, /, fd, mode)", fchmod, "Change the access permissions of the file given by file descriptor fd."),
    function("chown", "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)", chown, "Change the owner and group id of path to the numeric uid and gid."),
    function("lchown", "($module, /, path, uid, gid)", lchown, "Change the owner and group id of path to the numeric uid and gid."),
    function("fchown", "($module, /, fd, uid, gid)", fchown, "Change the owner and group id of the file specified by file descriptor."),
    function("utime", "($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)", utime, "Set the access and modified time of path."),
    function("mkfifo", "($module, /, path, mode=438, *, dir_fd=None)", mkfifo, "Create a \"fifo\" (a POSIX named pipe)."),
    function("umask", "($module, mask, /)", |a| { let mask = index_to_i32(a[0])?; number(calls::umask(mask as libc::mode_t) as i64) }, "Set the current numeric umask and return the previous umask."),
    function("major", "($module, device, /)", |a| Ok(Value::int(libc::major(device(a[0])?) as i64)), "Extracts a device major number from a raw device number."),
    function("minor", "($module, device, /)", |a| Ok(Value::int(libc::minor(device(a[0])?) as i64)), "Extracts a device minor number from a raw device number."),
    function("makedev", "($module, major, minor, /)", |a| Ok(int::from_u64(libc::makedev(device(a[0])? as u32, device(a[1])? as u32))), "Composes a raw device number from the major and minor device numbers."),
    function("posix_fallocate", "($module, fd, offset, length, /)", posix_fallocate, "Ensure a file has allocated at least a particular number of bytes on disk."),
    function("posix_fadvise", "($module, fd, offset, length, advice, /)", posix_fadvise, "Announce an intention to access data in a specific pattern."),
];

fn device(value: Value) -> R<u64> {
    int::to_u64(ops::index(value)?).ok_or_else(|| overflow_error("Python int too large to convert to C unsigned long"))
}
fn mode(value: Value, default: i32) -> R<libc::mode_t> {
    Ok(value.option().map_or(Ok(default), index_to_i32)? as libc::mode_t)
}
fn is_true(value: Value, default: bool) -> R<bool> {
    value.option().map_or(Ok(default), ops::truth)
}
fn not_both(function: &str, file: &path::PathArg, dir_fd: Value) -> R<()> {
    if file.fd.is_some() && ops::given(dir_fd).is_some() {
        return Err(value_error(format!("{function}: can't specify dir_fd without matching path")));
    }
    Ok(())
}

// -- descriptors -----------------------------------------------------------------------

fn open(args: &[Value]) -> R {
    let file = argument(args[0], "open", "path", Also::Nothing)?;
    let flags = index_to_i32(args[1])? | libc::O_CLOEXEC;
    let mode = mode(args[2], 0o777)?;
    let dir = path::dir_fd(args[3])?;
    // SAFETY: the path is NUL-terminated.
    let opened = retry(|| unsafe { libc::openat(dir, file.as_ptr(), flags, mode as libc::c_uint) as isize })?;
    opened.map(|fd| Value::int(fd as i64)).map_err(|errno| file.error(errno))
}
fn close(fd: i32) -> i32 {
    // SAFETY: closing a number touches no memory; streams over it notice by EBADF.
    unsafe { libc::close(fd) }
}
fn closerange(args: &[Value]) -> R {
    let (low, high) = (index_to_i32(args[0])?.max(0), index_to_i32(args[1])?);
    if high > low {
        // SAFETY: as in `close`.
        let result = unsafe { libc::syscall(libc::SYS_close_range, low as libc::c_uint, (high - 1) as libc::c_uint, 0) };
        if result < 0 {
            (low..high).for_each(|fd| { close(fd); });
        }
    }
    Ok(NONE)
}

/// A fresh buffer that `fill` writes up to `len` bytes to.
fn read_with(len: Value, mut fill: impl FnMut(*mut libc::c_void, usize) -> isize) -> R {
    let len = crate::objects::support::ssize(len)?;
    let Ok(len) = usize::try_from(len) else { return Err(os_error(libc::EINVAL, NONE)) };
    let len = len.min(0x7fff_f000);
    let mut buffer: Vec<u8> = Vec::new();
    buffer.try_reserve_exact(len).map_err(|_| memory_error())?;
    let count = retry(|| fill(buffer.as_mut_ptr().cast(), len))?.map_err(|errno| os_error(errno, NONE))?;
    // SAFETY: the system call has written `count` bytes, at most `len`.
    unsafe { buffer.set_len(count.min(len)) };
    bytes::try_new(&buffer).map(|bytes| bytes.value())
}
fn read(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    // SAFETY: the buffer has `len` bytes.
    read_with(args[1], |buffer, len| unsafe { libc::read(fd, buffer, len) })
}
fn pread(args: &[Value]) -> R {
    let (fd, offset) = (index_to_i32(args[0])?, index_to_i64(args[2])?);
    // SAFETY: the buffer has `len` bytes.
    read_with(args[1], |buffer, len| unsafe { libc::pread(fd, buffer, len, offset) })
}
fn readinto(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    let view = match buffer::as_bytes(args[1])? {
        Some(view) if !view.is_readonly() => view,
        _ => {
            let shown = type_name(args[1]);
            return Err(type_error(format!("readinto() argument 2 must be read-write bytes-like object, not {shown}")));
        }
    };
    let into = view.as_mut_slice();
    // SAFETY: the buffer has that many bytes and stays while the view lives.
    let count = retry(|| unsafe { libc::read(fd, into.as_mut_ptr().cast(), into.len()) })?;
    count.map(|count| Value::int(count as i64)).map_err(|errno| os_error(errno, NONE))
}
fn write_with(data: Value, mut drain: impl FnMut(*const libc::c_void, usize) -> isize) -> R {
    buffer::with_bytes(data, |data| {
        let count = retry(|| drain(data.as_ptr().cast(), data.len().min(0x7fff_f000)))?;
        count.map(|count| Value::int(count as i64)).map_err(|errno| os_error(errno, NONE))
    })
}
fn write(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    // SAFETY: the buffer has `len` bytes.
    write_with(args[1], |buffer, len| unsafe { libc::write(fd, buffer, len) })
}
fn pwrite(args: &[Value]) -> R {
    let (fd, offset) = (index_to_i32(args[0])?, index_to_i64(args[2])?);
    // SAFETY: the buffer has `len` bytes.
    write_with(args[1], |buffer, len| unsafe { libc::pwrite(fd, buffer, len, offset) })
}
fn writev(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    let mut all = Vec::new();
    let parts = ops::collect(args[1])?;
    for i in 0..parts.len() {
        let Some(part) = parts.get(i) else { break };
        buffer::with_bytes(part, |part| {
            all.try_reserve(part.len()).map_err(|_| memory_error())?;
            all.extend_from_slice(part);
            Ok(())
        })?;
    }
    // SAFETY: the buffer has that many bytes.
    let count = retry(|| unsafe { libc::write(fd, all.as_ptr().cast(), all.len()) })?;
    count.map(|count| Value::int(count as i64)).map_err(|errno| os_error(errno, NONE))
}
fn lseek(args: &[Value]) -> R {
    let (fd, position, whence) = (index_to_i32(args[0])?, index_to_i64(args[1])?, index_to_i32(args[2])?);
    // SAFETY: numbers only.
    number(unsafe { libc::lseek(fd, position, whence) })
}
fn dup2(args: &[Value]) -> R {
    let (fd, fd2) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    let inheritable = is_true(args[2], true)?;
    // SAFETY: numbers only.
    let result = retry(|| unsafe {
        if inheritable || fd == fd2 { libc::dup2(fd, fd2) as isize } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) as isize }
    })?;
    result.map(|fd| Value::int(fd as i64)).map_err(|errno| os_error(errno, NONE))
}
fn pipe(flags: i32) -> R {
    let mut ends = [0i32; 2];
    // SAFETY: `ends` has two places.
    if unsafe { libc::pipe2(ends.as_mut_ptr(), flags) } < 0 {
        return Err(last_error());
    }
    Ok(Tuple::from_slice(&ends.map(|fd| Value::int(fd as i64))).value())
}
fn ttyname(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    let mut name = [0u8; 256];
    // SAFETY: the buffer has 256 bytes; the answer is NUL-terminated in it.
    match unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) } {
        0 => path::decoded(name.split(|byte| *byte == 0).next().unwrap_or(&[]), false),
        errno => Err(os_error(errno, NONE)),
    }
}
fn sync_fd(value: Value, call: unsafe extern "C" fn(i32) -> i32) -> R {
    let fd = fildes(value)?;
    // SAFETY: numbers only.
    retry(|| unsafe { call(fd) as isize })?.map(|_| NONE).map_err(|errno| os_error(errno, NONE))
}
fn ftruncate(args: &[Value]) -> R {
    let (fd, len) = (index_to_i32(args[0])?, index_to_i64(args[1])?);
    // SAFETY: numbers only.
    retry(|| unsafe { libc::ftruncate(fd, len) as isize })?.map(|_| NONE).map_err(|errno| os_error(errno, NONE))
}
fn truncate(args: &[Value]) -> R {
    let file = argument(args[0], "truncate", "path", Also::Descriptor)?;
    let len = index_to_i64(args[1])?;
    // SAFETY: the path is NUL-terminated.
    let result = retry(|| unsafe {
        match file.fd {
            Some(fd) => libc::ftruncate(fd, len) as isize,
            None => libc::truncate(file.as_ptr(), len) as isize,
        }
    })?;
    result.map(|_| NONE).map_err(|errno| file.error(errno))
}

fn fcntl(fd: i32, command: i32, argument: i32) -> R<i32> {
    // SAFETY: numbers only.
    match unsafe { libc::fcntl(fd, command, argument) } {
        -1 => Err(last_error()),
        answer => Ok(answer),
    }
}
fn get_inheritable(args: &[Value]) -> R {
    Ok(Value::bool(fcntl(index_to_i32(args[0])?, libc::F_GETFD, 0)? & libc::FD_CLOEXEC == 0))
}
fn set_inheritable(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    let inheritable = index_to_i32(args[1])? != 0;
    let old = fcntl(fd, libc::F_GETFD, 0)?;
    let new = if inheritable { old & !libc::FD_CLOEXEC } else { old | libc::FD_CLOEXEC };
    fcntl(fd, libc::F_SETFD, new).map(|_| NONE)
}
fn get_blocking(args: &[Value]) -> R {
    Ok(Value::bool(fcntl(index_to_i32(args[0])?, libc::F_GETFL, 0)? & libc::O_NONBLOCK == 0))
}
fn set_blocking(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    let blocking = ops::truth(args[1])?;
    let old = fcntl(fd, libc::F_GETFL, 0)?;
    let new = if blocking { old & !libc::O_NONBLOCK } else { old | libc::O_NONBLOCK };
    fcntl(fd, libc::F_SETFL, new).map(|_| NONE)
}
fn device_encoding(args: &[Value]) -> R {
    let fd = index_to_i32(args[0])?;
    // SAFETY: numbers only.
    Ok(if unsafe { libc::isatty(fd) } == 1 { str::new("UTF-8").value() } else { NONE })
}
fn sendfile(args: &[Value]) -> R {
    let (out, from) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    let mut offset = ops::given(args[2]).map(index_to_i64).transpose()?;
    let count = usize::try_from(crate::objects::support::ssize(args[3])?).map_err(|_| value_error("negative count"))?;
    let place = offset.as_mut().map_or(core::ptr::null_mut(), |offset| offset as *mut i64);
    // SAFETY: `place` is null or a valid offset.
    let sent = retry(|| unsafe { libc::sendfile(out, from, place, count) })?;
    sent.map(|count| Value::int(count as i64)).map_err(|errno| os_error(errno, NONE))
}
fn copy_file_range(args: &[Value]) -> R {
    let (from, to) = (index_to_i32(args[0])?, index_to_i32(args[1])?);
    let count = usize::try_from(crate::objects::support::ssize(args[2])?)
        .map_err(|_| value_error("negative value for 'count' not allowed"))?;
    let mut from_at = ops::given(args[3]).map(index_to_i64).transpose()?;
    let mut to_at = ops::given(args[4]).map(index_to_i64).transpose()?;
    let place = |offset: &mut Option<i64>| offset.as_mut().map_or(core::ptr::null_mut(), |offset| offset as *mut i64);
    let (a, b) = (place(&mut from_at), place(&mut to_at));
    // SAFETY: the places are null or valid offsets.
    let copied = retry(|| unsafe { libc::copy_file_range(from, a, to, b, count, 0) })?;
    copied.map(|count| Value::int(count as i64)).map_err(|errno| os_error(errno, NONE))
}
fn lockf(args: &[Value]) -> R {
    let (fd, command, len) = (index_to_i32(args[0])?, index_to_i32(args[1])?, index_to_i64(args[2])?);
    // SAFETY: numbers only.
    done(unsafe { libc::lockf(fd, command, len) })
}
fn memfd_create(args: &[Value]) -> R {
    let name = path::fs_converted(args[0])?;
    let flags = args[1].option().map_or(Ok(libc::MFD_CLOEXEC as i32), index_to_i32)?;
    // SAFETY: the name is NUL-terminated.
    number(unsafe { libc::memfd_create(name.as_ptr(), flags as libc::c_uint) } as i64)
}
fn posix_fallocate(args: &[Value]) -> R {
    let (fd, offset, len) = (index_to_i32(args[0])?, index_to_i64(args[1])?, index_to_i64(args[2])?);
    // SAFETY: numbers only.
    match unsafe { libc::posix_fallocate(fd, offset, len) } {
        0 => Ok(NONE),
        errno => Err(os_error(errno, NONE)),
    }
}
fn posix_fadvise(args: &[Value]) -> R {
    let (fd, offset, len) = (index_to_i32(args[0])?, index_to_i64(args[1])?, index_to_i64(args[2])?);
    let advice = index_to_i32(args[3])?;
    // SAFETY: numbers only.
    match unsafe { libc::posix_fadvise(fd, offset, len, advice) } {
        0 => Ok(NONE),
        errno => Err(os_error(errno, NONE)),
    }
}

// -- names -----------------------------------------------------------------------------

fn chdir(args: &[Value]) -> R {
    let folder = argument(args[0], "chdir", "path", Also::Descriptor)?;
    // SAFETY: the path is NUL-terminated.
    folder.check(unsafe {
        match folder.fd {
            Some(fd) => libc::fchdir(fd),
            None => libc::chdir(folder.as_ptr()),
        }
    })?;
    Ok(NONE)
}
fn cwd(as_bytes: bool) -> R {
    use std::os::unix::ffi::OsStrExt;
    match std::env::current_dir() {
        Ok(folder) => path::decoded(folder.as_os_str().as_bytes(), as_bytes),
        Err(error) => Err(os_error(error.raw_os_error().unwrap_or(0), NONE)),
    }
}
fn mkdir(args: &[Value]) -> R {
    let folder = argument(args[0], "mkdir", "path", Also::Nothing)?;
    let (mode, dir) = (mode(args[1], 0o777)?, path::dir_fd(args[2])?);
    // SAFETY: the path is NUL-terminated.
    folder.check(unsafe { libc::mkdirat(dir, folder.as_ptr(), mode) })?;
    Ok(NONE)
}
fn mkfifo(args: &[Value]) -> R {
    let file = argument(args[0], "mkfifo", "path", Also::Nothing)?;
    let (mode, dir) = (mode(args[1], 0o666)?, path::dir_fd(args[2])?);
    // SAFETY: the path is NUL-terminated.
    file.check(unsafe { libc::mkfifoat(dir, file.as_ptr(), mode) })?;
    Ok(NONE)
}
fn remove_name(args: &[Value], function: &str, flags: i32) -> R {
    let file = argument(args[0], function, "path", Also::Nothing)?;
    let dir = path::dir_fd(args[1])?;
    // SAFETY: the path is NUL-terminated.
    file.check(unsafe { libc::unlinkat(dir, file.as_ptr(), flags) })?;
    Ok(NONE)
}
fn check_two(result: i32, from: &path::PathArg, to: &path::PathArg) -> R {
    if result < 0 { Err(os_error2(path::last_errno(), from.object, to.object)) } else { Ok(NONE) }
}
fn rename(args: &[Value], function: &str) -> R {
    let from = argument(args[0], function, "src", Also::Nothing)?;
    let to = argument(args[1], function, "dst", Also::Nothing)?;
    let (from_dir, to_dir) = (path::dir_fd(args[2])?, path::dir_fd(args[3])?);
    // SAFETY: the paths are NUL-terminated.
    check_two(unsafe { libc::renameat(from_dir, from.as_ptr(), to_dir, to.as_ptr()) }, &from, &to)
}
fn link(args: &[Value]) -> R {
    let from = argument(args[0], "link", "src", Also::Nothing)?;
    let to = argument(args[1], "link", "dst", Also::Nothing)?;
    let (from_dir, to_dir) = (path::dir_fd(args[2])?, path::dir_fd(args[3])?);
    // As CPython: a link of a link, unless it is asked to follow by name.
    let flags = if args[4].option().is_some_and(|_| true) && is_true(args[4], true)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: the paths are NUL-terminated.
    check_two(unsafe { libc::linkat(from_dir, from.as_ptr(), to_dir, to.as_ptr(), flags) }, &from, &to)
}
fn symlink(args: &[Value]) -> R {
    let from = argument(args[0], "symlink", "src", Also::Nothing)?;
    let to = argument(args[1], "symlink", "dst", Also::Nothing)?;
    is_true(args[2], false)?;
    let dir = path::dir_fd(args[3])?;
    // SAFETY: the paths are NUL-terminated.
    check_two(unsafe { libc::symlinkat(from.as_ptr(), dir, to.as_ptr()) }, &from, &to)
}
fn readlink(args: &[Value]) -> R {
    let file = argument(args[0], "readlink", "path", Also::Nothing)?;
    let dir = path::dir_fd(args[1])?;
    let mut buffer = vec![0u8; libc::PATH_MAX as usize + 1];
    // SAFETY: the path is NUL-terminated, the buffer has that many bytes.
    let len = unsafe { libc::readlinkat(dir, file.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len()) };
    match usize::try_from(len) {
        Ok(len) => path::decoded(&buffer[..len.min(buffer.len())], file.is_bytes),
        Err(_) => Err(file.error(path::last_errno())),
    }
}
fn access(args: &[Value]) -> R {
    let file = argument(args[0], "access", "path", Also::Nothing)?;
    let (mode, dir) = (index_to_i32(args[1])?, path::dir_fd(args[2])?);
    let mut flags = if is_true(args[3], false)? { libc::AT_EACCESS } else { 0 };
    if !is_true(args[4], true)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: the path is NUL-terminated.
    Ok(Value::bool(unsafe { libc::faccessat(dir, file.as_ptr(), mode, flags) } == 0))
}
fn chmod(args: &[Value]) -> R {
    let file = argument(args[0], "chmod", "path", Also::Descriptor)?;
    let mode = mode(args[1], 0)?;
    not_both("chmod", &file, args[2])?;
    let dir = path::dir_fd(args[2])?;
    let follow = is_true(args[3], true)?;
    if !follow && file.fd.is_some() {
        return Err(value_error("chmod: cannot use fd and follow_symlinks together"));
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated.
    file.check(unsafe {
        match file.fd {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(dir, file.as_ptr(), mode, flags),
        }
    })?;
    Ok(NONE)
}
fn fchmod(args: &[Value]) -> R {
    let (fd, mode) = (index_to_i32(args[0])?, mode(args[1], 0)?);
    // SAFETY: numbers only.
    done(unsafe { libc::fchmod(fd, mode) })
}
/// A user or group; -1 leaves it as it is.
pub fn id(value: Value, what: &str) -> R<u32> {
    let index = ops::index(value).map_err(|raised| {
        if raised.is(types().type_error) {
            type_error(format!("{what} should be integer, not {}", type_name(value)))
        } else {
            raised
        }
    })?;
    match int::to_i64(index) {
        Some(-1) => Ok(u32::MAX),
        Some(id) if id < -1 => Err(overflow_error(format!("{what} is less than minimum"))),
        Some(id) if id <= u32::MAX as i64 => Ok(id as u32),
        _ => Err(overflow_error(format!("{what} is greater than maximum"))),
    }
}
fn chown(args: &[Value]) -> R {
    let file = argument(args[0], "chown", "path", Also::Descriptor)?;
    let (uid, gid) = (id(args[1], "uid")?, id(args[2], "gid")?);
    not_both("chown", &file, args[3])?;
    let dir = path::dir_fd(args[3])?;
    let flags = if is_true(args[4], true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated.
    file.check(unsafe {
        match file.fd {
            Some(fd) => libc::fchown(fd, uid, gid),
            None => libc::fchownat(dir, file.as_ptr(), uid, gid, flags),
        }
    })?;
    Ok(NONE)
}
fn lchown(args: &[Value]) -> R {
    let file = argument(args[0], "lchown", "path", Also::Nothing)?;
    let (uid, gid) = (id(args[1], "uid")?, id(args[2], "gid")?);
    // SAFETY: the path is NUL-terminated.
    file.check(unsafe { libc::lchown(file.as_ptr(), uid, gid) })?;
    Ok(NONE)
}
fn fchown(args: &[Value]) -> R {
    let (fd, uid, gid) = (index_to_i32(args[0])?, id(args[1], "uid")?, id(args[2], "gid")?);
    // SAFETY: numbers only.
    done(unsafe { libc::fchown(fd, uid, gid) })
}

/// Seconds as an int or a float, rounded down.
fn timespec(value: Value) -> R<libc::timespec> {
    if value.is_float() {
        let seconds = value.unbox_float();
        if seconds.is_nan() {
            return Err(value_error("Invalid value NaN (not a number)"));
        }
        let whole = seconds.floor();
        if !(-9.2e18..9.2e18).contains(&whole) {
            return Err(overflow_error("timestamp out of range for platform time_t"));
        }
        let rest = ((seconds - whole) * 1e9).floor() as i64;
        return Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: rest.clamp(0, 999_999_999) });
    }
    let seconds = int::to_i64(ops::index(value)?);
    let seconds = seconds.ok_or_else(|| overflow_error("timestamp out of range for platform time_t"))?;
    Ok(libc::timespec { tv_sec: seconds, tv_nsec: 0 })
}
fn from_nanoseconds(value: Value) -> R<libc::timespec> {
    let parts = ops::divmod(value, Value::int(1_000_000_000))?;
    let Some(parts) = parts.downcast::<Tuple>().filter(|parts| parts.len() == 2) else {
        return Err(type_error(format!(
            "{}.__divmod__() must return a 2-tuple, not {}",
            type_name(value),
            type_name(parts)
        )));
    };
    Ok(libc::timespec { tv_sec: index_to_i64(parts.at(0))?, tv_nsec: index_to_i64(parts.at(1))? })
}
fn pair(value: Value) -> Option<crate::object::Gc<Tuple>> {
    value.downcast::<Tuple>().filter(|tuple| tuple.len() == 2)
}
fn utime(args: &[Value]) -> R {
    let file = argument(args[0], "utime", "path", Also::Descriptor)?;
    let times = ops::given(args[1]);
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    let set = match (times, args[2].option()) {
        (Some(_), Some(_)) => return Err(value_error("utime: you may specify either 'times' or 'ns' but not both")),
        (Some(times), None) => match pair(times) {
            Some(pair) => [timespec(pair.at(0))?, timespec(pair.at(1))?],
            None => return Err(type_error("utime: 'times' must be either a tuple of two ints or None")),
        },
        (None, Some(ns)) => match pair(ns) {
            Some(pair) => [from_nanoseconds(pair.at(0))?, from_nanoseconds(pair.at(1))?],
            None => return Err(type_error("utime: 'ns' must be a tuple of two ints")),
        },
        (None, None) => [now, now],
    };
    not_both("utime", &file, args[3])?;
    let dir = path::dir_fd(args[3])?;
    let follow = is_true(args[4], true)?;
    if !follow && file.fd.is_some() {
        return Err(value_error("utime: cannot use fd and follow_symlinks together"));
    }
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path is NUL-terminated, `set` has two times.
    file.check(unsafe {
        match file.fd {
            Some(fd) => libc::futimens(fd, set.as_ptr()),
            None => libc::utimensat(dir, file.as_ptr(), set.as_ptr(), flags),
        }
    })?;
    Ok(NONE)
}

// -- extended attributes -----------------------------------------------------------------

#[rustfmt::skip]
pub static XATTR: [NativeFunction; 4] = [
    function("getxattr", "($module, /, path, attribute, *, follow_symlinks=True)", getxattr, "Return the value of extended attribute attribute on path."),
    function("setxattr", "($module, /, path, attribute, value, flags=0, *, follow_symlinks=True)", setxattr, "Set extended attribute attribute on path to value."),
    function("removexattr", "($module, /, path, attribute, *, follow_symlinks=True)", removexattr, "Remove extended attribute attribute on path."),
    function("listxattr", "($module, /, path=None, *, follow_symlinks=True)", listxattr, "Return a list of extended attributes on path."),
];

/// Asks with a growing buffer.
fn grown(file: &path::PathArg, ask: impl Fn(*mut u8, usize) -> isize) -> R<Vec<u8>> {
    for size in [256, 65_536] {
        let mut buffer = vec![0u8; size];
        match usize::try_from(ask(buffer.as_mut_ptr(), size)) {
            Ok(len) => {
                buffer.truncate(len);
                return Ok(buffer);
            }
            Err(_) if path::last_errno() == libc::ERANGE => {}
            Err(_) => break,
        }
    }
    Err(file.error(path::last_errno()))
}
fn getxattr(args: &[Value]) -> R {
    let file = argument(args[0], "getxattr", "path", Also::Descriptor)?;
    let name = path::fs_converted(args[1])?;
    let follow = is_true(args[2], true)?;
    // SAFETY: both names are NUL-terminated, the buffer has `len` bytes.
    let value = grown(&file, |buffer, len| unsafe {
        match file.fd {
            Some(fd) => libc::fgetxattr(fd, name.as_ptr(), buffer.cast(), len),
            None if follow => libc::getxattr(file.as_ptr(), name.as_ptr(), buffer.cast(), len),
            None => libc::lgetxattr(file.as_ptr(), name.as_ptr(), buffer.cast(), len),
        }
    })?;
    bytes::try_new(&value).map(|bytes| bytes.value())
}
fn setxattr(args: &[Value]) -> R {
    let file = argument(args[0], "setxattr", "path", Also::Descriptor)?;
    let name = path::fs_converted(args[1])?;
    let flags = args[3].option().map_or(Ok(0), index_to_i32)?;
    let follow = is_true(args[4], true)?;
    buffer::with_bytes(args[2], |value| {
        // SAFETY: both names are NUL-terminated, the value has that many bytes.
        file.check(unsafe {
            let (from, len) = (value.as_ptr().cast(), value.len());
            match file.fd {
                Some(fd) => libc::fsetxattr(fd, name.as_ptr(), from, len, flags),
                None if follow => libc::setxattr(file.as_ptr(), name.as_ptr(), from, len, flags),
                None => libc::lsetxattr(file.as_ptr(), name.as_ptr(), from, len, flags),
            }
        })?;
        Ok(NONE)
    })
}
fn removexattr(args: &[Value]) -> R {
    let file = argument(args[0], "removexattr", "path", Also::Descriptor)?;
    let name = path::fs_converted(args[1])?;
    let follow = is_true(args[2], true)?;
    // SAFETY: both names are NUL-terminated.
    file.check(unsafe {
        match file.fd {
            Some(fd) => libc::fremovexattr(fd, name.as_ptr()),
            None if follow => libc::removexattr(file.as_ptr(), name.as_ptr()),
            None => libc::lremovexattr(file.as_ptr(), name.as_ptr()),
        }
    })?;
    Ok(NONE)
}
fn listxattr(args: &[Value]) -> R {
    let file = argument(args[0], "listxattr", "path", Also::DescriptorOrNone)?;
    let follow = is_true(args[1], true)?;
    // SAFETY: the path is NUL-terminated, the buffer has `len` bytes.
    let names = grown(&file, |buffer, len| unsafe {
        match file.fd {
            Some(fd) => libc::flistxattr(fd, buffer.cast(), len),
            None if follow => libc::listxattr(file.as_ptr(), buffer.cast(), len),
            None => libc::llistxattr(file.as_ptr(), buffer.cast(), len),
        }
    })?;
    let list = List::new();
    for name in names.split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        list.push(path::decoded(name, false)?)?;
    }
    Ok(list.value())
}
