//! `listdir`, `scandir` and `DirEntry`. A folder is read at once, so that no descriptor stays open.

use super::path::{self, Also, PathArg, os_error};
use super::stat;
use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::support::{self, of, store};
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, NULL, Value};
use core::cell::{Cell, OnceCell, RefCell};
use std::ffi::CString;

/// What the kernel says of an entry.
struct Found {
    name: Vec<u8>,
    inode: u64,
    kind: u8,
}

/// All entries but `.` and `..`.
fn entries(folder: &PathArg) -> R<Vec<Found>> {
    if folder.fd.is_none() && crate::library::owns(&folder.text) {
        let names = crate::library::names(&folder.text).map_err(|errno| folder.error(errno))?;
        let kind = |name: &str| if name.ends_with(".py") { libc::DT_REG } else { libc::DT_DIR };
        return Ok(names.into_iter().map(|name| Found { kind: kind(&name), name: name.into_bytes(), inode: 0 }).collect());
    }
    // SAFETY: the path is NUL-terminated; a descriptor is duplicated, since closedir closes it.
    let dir = unsafe {
        match folder.fd {
            Some(fd) => {
                let own = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                if own < 0 {
                    return Err(os_error(path::last_errno(), NONE));
                }
                let dir = libc::fdopendir(own);
                if dir.is_null() {
                    let errno = path::last_errno();
                    libc::close(own);
                    return Err(folder.error(errno));
                }
                libc::rewinddir(dir);
                dir
            }
            None => libc::opendir(folder.as_ptr()),
        }
    };
    if dir.is_null() {
        let file = if folder.object.is_none() { str::new(".").value() } else { folder.object };
        return Err(os_error(path::last_errno(), file));
    }
    let mut found = Vec::new();
    let failed = loop {
        // SAFETY: `dir` is open; errno tells the end from an error; the entry is copied before the next call.
        unsafe {
            *libc::__errno_location() = 0;
            let entry = libc::readdir(dir);
            if entry.is_null() {
                break path::last_errno();
            }
            let name = core::ffi::CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                found.push(Found { name: name.to_vec(), inode: (*entry).d_ino, kind: (*entry).d_type });
            }
        }
    };
    // SAFETY: `dir` is open and is not used after this.
    unsafe { libc::closedir(dir) };
    if failed != 0 { Err(folder.error(failed)) } else { Ok(found) }
}

pub fn listdir(args: &[Value]) -> R {
    let folder = path::argument(args[0], "listdir", "path", Also::DescriptorOrNone)?;
    let list = List::new();
    for found in entries(&folder)? {
        list.push(path::decoded(&found.name, folder.is_bytes)?)?;
    }
    Ok(list.value())
}

// -- scandir ---------------------------------------------------------------------------

struct Scan {
    rest: RefCell<std::vec::IntoIter<Found>>,
    /// The folder as given, or NONE for a descriptor.
    folder: Cell<Value>,
    fd: Option<i32>,
    is_bytes: bool,
}
traced!(Scan: folder);

struct DirEntry {
    name: Cell<Value>,
    path: Cell<Value>,
    inode: u64,
    kind: u8,
    fd: Option<i32>,
    /// `stat_result`s that were made; NULL before.
    status: Cell<Value>,
    own_status: Cell<Value>,
}
traced!(DirEntry: name, path, status, own_status);

thread_local! { static CLASSES: OnceCell<(Gc<Class>, Gc<Class>)> = const { OnceCell::new() }; }
fn classes() -> (Gc<Class>, Gc<Class>) {
    CLASSES.with(|own| {
        *own.get_or_init(|| {
            let iterator = native_class::new("posix", "ScandirIterator", flags::DISALLOW_INSTANTIATION, |class| {
                class.slots.iter.set(Some(support::itself));
                class.slots.next.set(Some(next));
                class.add_methods(&SCAN_METHODS);
            });
            let entry = native_class::new("posix", "DirEntry", flags::DISALLOW_INSTANTIATION, |class| {
                class.slots.repr.set(Some(repr));
                class.add_methods(&ENTRY_METHODS);
                class.add_methods(&support::CLASS_GETITEM);
                class.add_attributes(&ENTRY_ATTRIBUTES);
            });
            (iterator, entry)
        })
    })
}
pub fn entry_class() -> Gc<Class> {
    classes().1
}

#[rustfmt::skip]
static SCAN_METHODS: [NativeFunction; 3] = [
    method("__enter__", "($self, /)", |a| Ok(a[0]), ""),
    method("__exit__", "($self, *args)", close, ""),
    method("close", "($self, /)", close, ""),
];
#[rustfmt::skip]
static ENTRY_METHODS: [NativeFunction; 7] = [
    method("is_dir", "($self, /, *, follow_symlinks=True)", |a| is_kind(a, libc::DT_DIR, libc::S_IFDIR), "Return True if the entry is a directory; cached per entry."),
    method("is_file", "($self, /, *, follow_symlinks=True)", |a| is_kind(a, libc::DT_REG, libc::S_IFREG), "Return True if the entry is a file; cached per entry."),
    method("is_symlink", "($self, /)", is_symlink, "Return True if the entry is a symbolic link; cached per entry."),
    method("is_junction", "($self, /)", |_| Ok(FALSE), "Return True if the entry is a junction; cached per entry."),
    method("stat", "($self, /, *, follow_symlinks=True)", entry_stat, "Return stat_result object for the entry; cached per entry."),
    method("inode", "($self, /)", |a| Ok(int::from_u64(of::<DirEntry>(a[0])?.inode)), "Return inode of the entry; cached per entry."),
    method("__fspath__", "($self, /)", |a| Ok(of::<DirEntry>(a[0])?.path.get()), "Returns the path for the entry."),
];
#[rustfmt::skip]
static ENTRY_ATTRIBUTES: [NativeAttribute; 2] = [
    member("name", |v| Ok(of::<DirEntry>(v)?.name.get()), None, "the entry's base filename, relative to scandir() \"path\" argument"),
    member("path", |v| Ok(of::<DirEntry>(v)?.path.get()), None, "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)"),
];

pub fn scandir(args: &[Value]) -> R {
    let folder = path::argument(args[0], "scandir", "path", Also::DescriptorOrNone)?;
    let found = entries(&folder)?;
    let object = if folder.fd.is_some() { NONE } else { folder.object };
    Ok(Native::new(classes().0, Scan {
        rest: RefCell::new(found.into_iter()),
        folder: Cell::new(object),
        fd: folder.fd,
        is_bytes: folder.is_bytes,
    })
    .value())
}
fn close(args: &[Value]) -> R {
    *of::<Scan>(args[0])?.rest.borrow_mut() = Vec::new().into_iter();
    Ok(NONE)
}
fn next(value: Value) -> R<Option<Value>> {
    let scan = of::<Scan>(value)?;
    let Some(found) = scan.rest.borrow_mut().next() else { return Ok(None) };
    let name = path::decoded(&found.name, scan.is_bytes)?;
    let full = if scan.fd.is_some() {
        name
    } else {
        let mut full = if scan.folder.get().is_none() { b".".to_vec() } else { path::encoded(scan.folder.get())? };
        if full.last().is_some_and(|last| *last != b'/') {
            full.push(b'/');
        }
        full.extend_from_slice(&found.name);
        path::decoded(&full, scan.is_bytes)?
    };
    let entry = DirEntry {
        name: Cell::new(name),
        path: Cell::new(full),
        inode: found.inode,
        kind: found.kind,
        fd: scan.fd,
        status: Cell::new(NULL),
        own_status: Cell::new(NULL),
    };
    Ok(Some(Native::new(classes().1, entry).value()))
}

fn repr(value: Value) -> R {
    let name = ops::repr_string(of::<DirEntry>(value)?.name.get())?;
    Ok(str::new(&format!("<DirEntry {name}>")).value())
}

fn read_status(entry: &DirEntry, follow: bool) -> R<Result<libc::stat, i32>> {
    let text = path::encoded(entry.path.get())?;
    let text = CString::new(text).unwrap_or_default();
    Ok(stat::of_name(entry.fd.unwrap_or(libc::AT_FDCWD), &text, follow))
}
fn status(value: Value, follow: bool) -> R {
    let entry = of::<DirEntry>(value)?;
    // Without a link both are one.
    let follow = follow && (entry.kind == libc::DT_LNK || entry.kind == libc::DT_UNKNOWN);
    let cell = if follow { &entry.status } else { &entry.own_status };
    if cell.get().is_null() {
        let made = match read_status(entry, follow)? {
            Ok(found) => stat::make(&found)?,
            Err(errno) => return Err(os_error(errno, entry.path.get())),
        };
        store(value, cell, made);
    }
    Ok(cell.get())
}
fn follows(value: Value) -> R<bool> {
    value.option().map_or(Ok(true), ops::truth)
}
fn entry_stat(args: &[Value]) -> R {
    status(args[0], follows(args[1])?)
}
fn mode_of(value: Value) -> R<u32> {
    Ok(int::to_i64(crate::objects::structseq::get(value, 0)).unwrap_or(0) as u32)
}
fn is_kind(args: &[Value], kind: u8, mode: u32) -> R {
    let entry = of::<DirEntry>(args[0])?;
    let follow = follows(args[1])?;
    if entry.kind != libc::DT_UNKNOWN && (entry.kind != libc::DT_LNK || !follow) {
        return Ok(Value::bool(entry.kind == kind));
    }
    match status(args[0], follow) {
        Ok(status) => Ok(Value::bool(mode_of(status)? & libc::S_IFMT == mode)),
        Err(raised) if raised.is(crate::vm::types().file_not_found_error) => Ok(FALSE),
        Err(raised) => Err(raised),
    }
}
fn is_symlink(args: &[Value]) -> R {
    let entry = of::<DirEntry>(args[0])?;
    if entry.kind != libc::DT_UNKNOWN {
        return Ok(Value::bool(entry.kind == libc::DT_LNK));
    }
    match status(args[0], false) {
        Ok(status) => Ok(Value::bool(mode_of(status)? & libc::S_IFMT == libc::S_IFLNK)),
        Err(raised) if raised.is(crate::vm::types().file_not_found_error) => Ok(FALSE),
        Err(raised) => Err(raised),
    }
}
