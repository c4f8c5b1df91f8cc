//! The module `posix`, on which CPython's own `Lib/os.py` runs as it is. Not here: streams (`_io`), signals (`_signal`).

mod calls;
mod consts;
mod dir;
mod file;
mod normal;
pub mod path;
mod process;
pub mod stat;

use crate::error::R;
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::structseq::{self, Spec};
use crate::value::Value;
use crate::vm::{intern, types};
use core::cell::OnceCell;

static TERMINAL_SIZE: Spec = Spec {
    module: "os",
    name: "terminal_size",
    doc: "A tuple of (columns, lines) for holding terminal window size",
    fields: &["columns", "lines"],
    visible: 2,
    can_make: true,
};
thread_local! { static SIZE_CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }
fn size_class() -> Gc<Class> {
    SIZE_CLASS.with(|own| *own.get_or_init(|| structseq::class(&TERMINAL_SIZE)))
}

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 7] = [
    function("stat", "($module, /, path, *, dir_fd=None, follow_symlinks=True)", stat::stat, "Perform a stat system call on the given path."),
    function("lstat", "($module, /, path, *, dir_fd=None)", stat::lstat, "Perform a stat system call on the given path, without following symbolic links."),
    function("fstat", "($module, /, fd)", stat::fstat, "Perform a stat system call on the given file descriptor."),
    function("statvfs", "($module, /, path)", stat::statvfs, "Perform a statvfs system call on the given path."),
    function("fstatvfs", "($module, fd, /)", stat::fstatvfs, "Perform an fstatvfs system call on the given fd."),
    function("listdir", "($module, /, path=None)", dir::listdir, "Return a list containing the names of the files in the directory."),
    function("scandir", "($module, /, path=None)", dir::scandir, "Return an iterator of DirEntry objects for given path."),
];

/// What `os` looks at for `supports_fd` and its like.
const HAVE: &str = "HAVE_FACCESSAT HAVE_FCHDIR HAVE_FCHMOD HAVE_FCHMODAT HAVE_FCHOWN HAVE_FCHOWNAT HAVE_FEXECVE HAVE_FDOPENDIR \
    HAVE_FPATHCONF HAVE_FSTATAT HAVE_FSTATVFS HAVE_FTRUNCATE HAVE_FUTIMENS HAVE_FUTIMES HAVE_FUTIMESAT HAVE_LINKAT HAVE_LCHOWN \
    HAVE_LSTAT HAVE_LUTIMES HAVE_MEMFD_CREATE HAVE_MKDIRAT HAVE_MKFIFOAT HAVE_OPENAT HAVE_READLINKAT HAVE_RENAMEAT \
    HAVE_SYMLINKAT HAVE_UNLINKAT HAVE_UTIMENSAT";

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add_functions(module, &file::FUNCTIONS);
    add_functions(module, &file::XATTR);
    add_functions(module, &process::FUNCTIONS);
    consts::init(module)?;
    add(module, "environ", process::environ()?);
    add(module, "error", types().os_error.value());
    add(module, "stat_result", stat::stat_class().value());
    add(module, "statvfs_result", stat::statvfs_class().value());
    add(module, "terminal_size", size_class().value());
    add(module, "DirEntry", dir::entry_class().value());
    process::classes(|own| {
        add(module, "uname_result", own.uname.value());
        add(module, "times_result", own.times.value());
    });
    let have = List::new();
    for name in HAVE.split_whitespace() {
        have.push(intern(name).value())?;
    }
    add(module, "_have_functions", have.value());
    Ok(())
}

pub fn terminal_size(args: &[Value]) -> R {
    let fd = args[0].option().map_or(Ok(1), crate::objects::int::index_to_i32)?;
    // SAFETY: a zeroed winsize is valid; the call fills it.
    let (result, size) = unsafe {
        let mut size: libc::winsize = core::mem::zeroed();
        (libc::ioctl(fd, libc::TIOCGWINSZ, &mut size), size)
    };
    if result < 0 {
        return Err(path::last_error());
    }
    structseq::make(size_class(), &[Value::int(size.ws_col as i64), Value::int(size.ws_row as i64)])
}
