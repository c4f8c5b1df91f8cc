//! The embedded library as files: paths below its root can be looked at, listed and read, so that `importlib`, `inspect`, `linecache`
//! and `pkgutil` find what they look for. Nothing of it can be written.

use crate::hooks::hooks;
use std::ffi::CStr;

/// What a path below the root names.
enum Entry {
    File(String),
    Folder(String),
}

/// The path from the root on. `importlib` makes paths absolute: the root may stand behind the working folder.
fn below_root(path: &CStr) -> Option<&str> {
    below_root_in(path.to_bytes())
}
fn below_root_in(bytes: &[u8]) -> Option<&str> {
    let root = hooks().library_root.as_bytes();
    // Most paths are none of ours.
    let at = memchr::memmem::find(bytes, root)?;
    let is_start = at == 0 || bytes[at - 1] == b'/';
    let rest = &bytes[at + root.len()..];
    if is_start && (rest.is_empty() || rest[0] == b'/') { core::str::from_utf8(&bytes[at..]).ok() } else { None }
}

/// True for paths that are ours, whether something is there or not.
pub fn owns(path: &CStr) -> bool {
    below_root(path).is_some()
}

/// The same of an entry of `sys.path`, which `site` makes absolute, too.
pub fn owns_entry(entry: &str) -> bool {
    below_root_in(entry.as_bytes()).is_some()
}

fn find(path: &CStr) -> Option<Entry> {
    let path = below_root(path)?.trim_end_matches('/');
    let rest = path.strip_prefix(hooks().library_root)?;
    let Some(rest) = rest.strip_prefix('/') else { return Some(Entry::Folder(String::new())) };
    if rest.ends_with(".py") {
        return (hooks().library_source)(path).map(Entry::File);
    }
    let name = rest.replace('/', ".");
    (hooks().library)(&name).filter(|module| module.is_package).map(|_| Entry::Folder(name))
}

/// The status of the file or folder, or the errno.
pub fn status(path: &CStr) -> Result<libc::stat, i32> {
    let (mode, size) = match find(path).ok_or(libc::ENOENT)? {
        Entry::File(source) => (libc::S_IFREG | 0o444, source.len()),
        Entry::Folder(_) => (libc::S_IFDIR | 0o555, 0),
    };
    // SAFETY: a zeroed stat is a valid value.
    let mut status: libc::stat = unsafe { core::mem::zeroed() };
    status.st_mode = mode;
    status.st_nlink = 1;
    status.st_size = size as i64;
    Ok(status)
}

/// The names in a folder, or the errno.
pub fn names(path: &CStr) -> Result<Vec<String>, i32> {
    let folder = match find(path).ok_or(libc::ENOENT)? {
        Entry::Folder(folder) => folder,
        Entry::File(_) => return Err(libc::ENOTDIR),
    };
    let mut names = Vec::new();
    if !folder.is_empty() {
        names.push("__init__.py".to_string());
    }
    for name in (hooks().library_names)() {
        let rest = match folder.as_str() {
            "" => Some(name),
            folder => name.strip_prefix(folder).and_then(|rest| rest.strip_prefix('.')),
        };
        let Some(rest) = rest.filter(|rest| !rest.contains('.')) else { continue };
        let is_package = (hooks().library)(name).is_some_and(|module| module.is_package);
        names.push(if is_package { rest.to_string() } else { format!("{rest}.py") });
    }
    Ok(names)
}

/// A descriptor from which the file can be read, or the errno.
pub fn open(path: &CStr, flags: i32) -> Result<i32, i32> {
    let source = match find(path).ok_or(libc::ENOENT)? {
        Entry::File(source) => source,
        Entry::Folder(_) => return Err(libc::EISDIR),
    };
    if flags & libc::O_ACCMODE != libc::O_RDONLY {
        return Err(libc::EROFS);
    }
    // SAFETY: the name is NUL-terminated; the buffer has `source.len()` bytes.
    unsafe {
        let fd = libc::memfd_create(c"library".as_ptr(), libc::MFD_CLOEXEC);
        if fd < 0 {
            return Err(crate::modules::posix::path::last_errno());
        }
        let mut rest = source.as_bytes();
        while !rest.is_empty() {
            match usize::try_from(libc::write(fd, rest.as_ptr().cast(), rest.len())) {
                Ok(count) => rest = &rest[count.min(rest.len())..],
                Err(_) => {
                    let errno = crate::modules::posix::path::last_errno();
                    libc::close(fd);
                    return Err(errno);
                }
            }
        }
        libc::lseek(fd, 0, libc::SEEK_SET);
        Ok(fd)
    }
}
