//! `FileIO`: a descriptor as a raw stream.

use super::fd::{self, Fd};
use super::{attribute_is_true, new_bytes, os_error, size_argument, unsupported, whence_argument};
use crate::modules::posix::path;
use crate::args::Args;
use crate::error::{R, Raised, memory_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method};
use crate::objects::class::Class;
use crate::objects::instance;
use crate::objects::int;
use crate::objects::native::{self, Native};
use crate::objects::str::{self, Str};
use crate::objects::support::Params;
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names, type_name};
use core::cell::{Cell, RefCell};
use std::rc::Rc;

pub struct FileIo {
    fd: RefCell<Rc<Fd>>,
    is_readable: Cell<bool>,
    is_writable: Cell<bool>,
    is_appending: Cell<bool>,
    is_created: Cell<bool>,
    is_seekable: Cell<Option<bool>>,
    block_size: Cell<i64>,
    /// Known from `open` to be no terminal.
    is_regular: Cell<bool>,
}
traced!(FileIo:);

impl FileIo {
    pub fn fd(&self) -> Rc<Fd> {
        self.fd.borrow().clone()
    }
    pub fn number(&self) -> R<i32> {
        let fd = self.fd.borrow().number.get();
        if fd < 0 { Err(value_error("I/O operation on closed file")) } else { Ok(fd) }
    }
    pub fn is_closed(&self) -> bool {
        self.fd.borrow().number.get() < 0
    }
    fn check(&self, allowed: bool, what: &str) -> R<i32> {
        let fd = self.number()?;
        if allowed { Ok(fd) } else { Err(unsupported(&format!("File not open for {what}"))) }
    }
    pub fn readable_fd(&self) -> R<i32> {
        self.check(self.is_readable.get(), "reading")
    }
    pub fn writable_fd(&self) -> R<i32> {
        self.check(self.is_writable.get(), "writing")
    }
    pub fn block_size(&self) -> i64 {
        self.block_size.get()
    }
    fn mode(&self) -> &'static str {
        match (self.is_created.get(), self.is_appending.get(), self.is_readable.get(), self.is_writable.get()) {
            (true, _, true, _) => "xb+",
            (true, _, false, _) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, false, _) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, false) => "rb",
            _ => "wb",
        }
    }
    pub fn seekable(&self) -> R<bool> {
        let fd = self.number()?;
        if let Some(known) = self.is_seekable.get() {
            return Ok(known);
        }
        let known = fd::seek(fd, 0, libc::SEEK_CUR).is_ok();
        self.is_seekable.set(Some(known));
        Ok(known)
    }
}

pub fn of(value: Value) -> R<&'static FileIo> {
    native::downcast::<FileIo>(value).ok_or_else(super::uninitialized)
}

pub fn fill(class: Gc<Class>) {
    class.doc.set("Open a file.");
    class.slots.new.set(Some(new));
    class.slots.init.set(Some(init));
    class.slots.repr.set(Some(repr));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn new(class: Gc<Class>, _: Args<'_>) -> R {
    let object = FileIo {
        fd: RefCell::new(Fd::none()),
        is_readable: Cell::new(false),
        is_writable: Cell::new(false),
        is_appending: Cell::new(false),
        is_created: Cell::new(false),
        is_seekable: Cell::new(None),
        block_size: Cell::new(super::BUFFER_SIZE as i64),
        is_regular: Cell::new(false),
    };
    Ok(Native::new(class, object).value())
}

fn bad_mode() -> Raised {
    value_error("Must have exactly one of create/read/write/append mode and at most one plus")
}

/// The flags for `open`; the fields of the object.
fn parse_mode(file: &FileIo, mode: &str) -> R<i32> {
    let (mut flags, mut main, mut plus) = (0, false, false);
    for c in mode.chars() {
        if matches!(c, 'r' | 'w' | 'a' | 'x') {
            if main {
                return Err(bad_mode());
            }
            main = true;
        }
        match c {
            'x' => {
                file.is_created.set(true);
                file.is_writable.set(true);
                flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => file.is_readable.set(true),
            'w' => {
                file.is_writable.set(true);
                flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                file.is_writable.set(true);
                file.is_appending.set(true);
                flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => {}
            '+' => {
                if plus {
                    return Err(bad_mode());
                }
                plus = true;
                file.is_readable.set(true);
                file.is_writable.set(true);
            }
            _ => return Err(value_error(format!("invalid mode: {mode}"))),
        }
    }
    if !main {
        return Err(bad_mode());
    }
    flags |= match (file.is_readable.get(), file.is_writable.get()) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(flags | libc::O_CLOEXEC)
}

fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("FileIO", "(file, mode='r', closefd=True, opener=None)");
    let [name, mode, closefd, opener] = PARAMS.bind::<4>(args)?;
    let file = of(value)?;
    let mode = match mode.option() {
        None => "r".to_string(),
        Some(mode) => match mode.downcast::<Str>() {
            Some(mode) => mode.to_string_lossy(),
            None => return Err(type_error(format!("FileIO() argument 'mode' must be str, not {}", type_name(mode)))),
        },
    };
    let closefd = closefd.option().map_or(Ok(true), ops::truth)?;
    set_up(value, file, name, &mode, closefd, ops::given(opener))
}

/// A FileIO of the exact class; `mode` is a str.
pub fn make(name: Value, mode: Value, closefd: bool, opener: Option<Value>) -> R {
    let value = new(super::classes()?.file_io, Args::EMPTY)?;
    let mode = mode.downcast::<Str>().map_or(String::new(), |mode| mode.to_string_lossy());
    set_up(value, of(value)?, name, &mode, closefd, opener)?;
    Ok(value)
}

fn set_up(value: Value, file: &FileIo, name: Value, mode: &str, closefd: bool, opener: Option<Value>) -> R<()> {
    if name.is_float() {
        return Err(type_error("integer argument expected, got float"));
    }
    file.fd.borrow().close().map_err(|errno| os_error(errno, NONE))?;
    for flag in [&file.is_readable, &file.is_writable, &file.is_appending, &file.is_created] {
        flag.set(false);
    }
    file.is_seekable.set(None);
    let flags = parse_mode(file, mode)?;
    let (number, is_ours) = if int::is_any_int(name) {
        let number = int::index_to_i32(name)?;
        if number < 0 {
            return Err(value_error("negative file descriptor"));
        }
        (number, false)
    } else {
        (open_file(name, flags, closefd, opener)?, true)
    };
    let fd = Rc::new(Fd { number: Cell::new(number), is_owned: Cell::new(is_ours || closefd) });
    let opened = examine(file, number, name);
    if opened.is_err() {
        // What was opened here is closed; a descriptor that was given stays.
        fd.is_owned.set(is_ours);
        return opened;
    }
    fd.is_owned.set(closefd);
    *file.fd.borrow_mut() = fd;
    instance::set(value, names().name, name);
    if file.is_appending.get() {
        let _ = fd::seek(number, 0, libc::SEEK_END);
    }
    Ok(())
}

fn open_file(name: Value, flags: i32, closefd: bool, opener: Option<Value>) -> R<i32> {
    let encoded = path::fs_converted(name)?;
    if !closefd {
        return Err(value_error("Cannot use closefd=False with file name"));
    }
    super::settle(|| crate::modules::posix::stat::of_name(libc::AT_FDCWD, &encoded, true).ok());
    let Some(opener) = opener else {
        if crate::library::owns(&encoded) {
            return crate::library::open(&encoded, flags).map_err(|errno| os_error(errno, name));
        }
        // SAFETY: the path is NUL-terminated.
        let opened = fd::retry(|| unsafe { libc::open(encoded.as_ptr(), flags, 0o666) as isize })?;
        return opened.map(|fd| fd as i32).map_err(|errno| os_error(errno, name));
    };
    let fd = ops::call_positional(opener, &[name, Value::int(flags as i64)])?;
    if !int::is_any_int(fd) {
        return Err(type_error("expected integer from opener"));
    }
    let fd = int::index_to_i32(fd)?;
    if fd < 0 {
        return Err(value_error(format!("opener returned {fd}")));
    }
    // SAFETY: fcntl on a descriptor touches no memory.
    unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
    Ok(fd)
}

/// Directories are refused; the size of blocks is kept.
fn examine(file: &FileIo, fd: i32, name: Value) -> R<()> {
    match fd::status(fd) {
        Ok(status) => {
            let kind = status.st_mode & libc::S_IFMT;
            if kind == libc::S_IFDIR {
                return Err(os_error(libc::EISDIR, name));
            }
            file.is_regular.set(kind == libc::S_IFREG);
            if status.st_blksize > 1 {
                file.block_size.set(status.st_blksize);
            }
            Ok(())
        }
        Err(libc::EBADF) => Err(os_error(libc::EBADF, name)),
        Err(_) => Ok(()),
    }
}

fn repr(value: Value) -> R {
    let file = of(value)?;
    let class = class_of(value).name();
    if file.is_closed() {
        return Ok(str::new(&format!("<{class} [closed]>")).value());
    }
    let closefd = if file.fd().is_owned.get() { "True" } else { "False" };
    let mode = file.mode();
    let text = match instance::get(value, names().name) {
        None => format!("<{class} fd={} mode='{mode}' closefd={closefd}>", file.number()?),
        Some(name) => {
            let Some(_guard) = crate::objects::support::ReprGuard::enter(value) else {
                return Err(crate::error::runtime_error(format!("reentrant call inside {class}.__repr__")));
            };
            format!("<{class} name={} mode='{mode}' closefd={closefd}>", ops::repr_string(name)?)
        }
    };
    Ok(str::new(&text).value())
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 16] = [
    method("read", "($self, size=-1, /)", read, "Read at most size bytes, returned as bytes."),
    method("readall", "($self, /)", |a| readall(of(a[0])?), "Read all data from the file, returned as bytes."),
    method("readinto", "($self, buffer, /)", readinto, "Same as RawIOBase.readinto()."),
    method("write", "($self, b, /)", write, "Write buffer b to file, return number of bytes written."),
    method("seek", "($self, pos, whence=0, /)", seek, "Move to new file position and return the file position."),
    method("tell", "($self, /)", |a| position(of(a[0])?).map(Value::int), "Current file position."),
    method("truncate", "($self, size=None, /)", truncate, "Truncate the file to at most size bytes and return the truncated size."),
    method("close", "($self, /)", close, "Close the file."),
    method("seekable", "($self, /)", |a| of(a[0])?.seekable().map(Value::bool), "True if file supports random-access."),
    method("readable", "($self, /)", |a| { let f = of(a[0])?; f.number()?; Ok(Value::bool(f.is_readable.get())) }, "True if file was opened in a read mode."),
    method("writable", "($self, /)", |a| { let f = of(a[0])?; f.number()?; Ok(Value::bool(f.is_writable.get())) }, "True if file was opened in a write mode."),
    method("fileno", "($self, /)", |a| Ok(Value::int(of(a[0])?.number()? as i64)), "Return the underlying file descriptor (an integer)."),
    method("isatty", "($self, /)", |a| Ok(Value::bool(fd::is_terminal(of(a[0])?.number()?))), "True if the file is connected to a TTY device."),
    method("_isatty_open_only", "($self, /)", |a| is_terminal(of(a[0])?).map(Value::bool), ""),
    method("_dealloc_warn", "($self, source, /)", |_| Ok(NONE), ""),
    method("__getstate__", "($self, /)", super::base::refuse_state, ""),
];
#[rustfmt::skip]
static ATTRIBUTES: [NativeAttribute; 5] = [
    getset("closed", |v| Ok(Value::bool(of(v)?.is_closed())), None, "True if the file is closed"),
    getset("closefd", |v| Ok(Value::bool(of(v)?.fd().is_owned.get())), None, "True if the file descriptor will be closed by close()."),
    getset("mode", |v| Ok(intern(of(v)?.mode()).value()), None, "String giving the file mode"),
    getset("_blksize", |v| Ok(Value::int(of(v)?.block_size.get())), None, ""),
    getset("_finalizing", |_| Ok(Value::bool(false)), None, ""),
];

/// Spares the system call for regular files.
pub fn is_terminal(file: &FileIo) -> R<bool> {
    let fd = file.number()?;
    Ok(!file.is_regular.get() && fd::is_terminal(fd))
}

/// None when the descriptor would block.
pub fn read_some(file: &FileIo, into: &mut [u8]) -> R<Option<usize>> {
    match fd::read(file.readable_fd()?, into)? {
        Ok(count) => Ok(Some(count)),
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => Err(os_error(errno, NONE)),
    }
}
/// None when the descriptor would block.
pub fn write_some(file: &FileIo, from: &[u8]) -> R<Option<usize>> {
    match fd::write(file.writable_fd()?, from)? {
        Ok(count) => Ok(Some(count)),
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => Err(os_error(errno, NONE)),
    }
}

fn read(args: &[Value]) -> R {
    let file = of(args[0])?;
    file.readable_fd()?;
    let Some(size) = size_argument(args[1])? else { return readall(file) };
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| memory_error())?;
    buffer.resize(size, 0);
    match read_some(file, &mut buffer)? {
        Some(count) => new_bytes(&buffer[..count]),
        None => Ok(NONE),
    }
}

/// Up to the end of the file; None when nothing is there yet.
pub fn read_to_end(file: &FileIo, all: &mut Vec<u8>) -> R<bool> {
    let fd = file.readable_fd()?;
    let rest = match (fd::status(fd), fd::seek(fd, 0, libc::SEEK_CUR)) {
        (Ok(status), Ok(place)) if status.st_size > place => (status.st_size - place) as usize + 1,
        _ => 8 << 10,
    };
    let start = all.len();
    let mut step = rest;
    loop {
        let at = all.len();
        all.try_reserve(step).map_err(|_| memory_error())?;
        all.resize(at + step, 0);
        let result = read_some(file, &mut all[at..]);
        let count = match &result {
            Ok(Some(count)) => *count,
            _ => 0,
        };
        all.truncate(at + count);
        match result? {
            None => return Ok(all.len() > start),
            Some(0) => return Ok(true),
            Some(_) => step = (all.len() - start).clamp(8 << 10, 16 << 20),
        }
    }
}
fn readall(file: &FileIo) -> R {
    let mut all = Vec::new();
    if read_to_end(file, &mut all)? { new_bytes(&all) } else { Ok(NONE) }
}
fn readinto(args: &[Value]) -> R {
    let file = of(args[0])?;
    file.readable_fd()?;
    let view = super::base::writable_view(args[1], "readinto")?;
    Ok(read_some(file, view.as_mut_slice())?.map_or(NONE, |count| Value::int(count as i64)))
}
fn write(args: &[Value]) -> R {
    let file = of(args[0])?;
    file.writable_fd()?;
    buffer::with_bytes(args[1], |bytes| Ok(write_some(file, bytes)?.map_or(NONE, |count| Value::int(count as i64))))
}

pub fn seek_to(file: &FileIo, offset: i64, whence: i32) -> R<i64> {
    fd::seek(file.number()?, offset, whence).map_err(|errno| os_error(errno, NONE))
}
pub fn position(file: &FileIo) -> R<i64> {
    seek_to(file, 0, libc::SEEK_CUR)
}
fn seek(args: &[Value]) -> R {
    let file = of(args[0])?;
    file.number()?;
    if args[1].is_float() {
        return Err(type_error("an integer is required"));
    }
    seek_to(file, int::index_to_i64(args[1])?, whence_argument(args[2])?).map(Value::int)
}
fn truncate(args: &[Value]) -> R {
    let file = of(args[0])?;
    let fd = file.writable_fd()?;
    let size = match ops::given(args[1]) {
        Some(size) => int::index_to_i64(size)?,
        None => position(file)?,
    };
    // SAFETY: ftruncate touches no memory.
    match fd::retry(|| unsafe { libc::ftruncate(fd, size) as isize })? {
        Ok(_) => Ok(Value::int(size)),
        Err(errno) => Err(os_error(errno, NONE)),
    }
}
fn close(args: &[Value]) -> R {
    let file = of(args[0])?;
    if !file.is_closed() && class_of(args[0]) != super::classes()?.file_io {
        // A subclass's `flush` may raise; the descriptor is closed all the same.
        let flushed = if attribute_is_true(args[0], "closed")? { Ok(NONE) } else { super::method(args[0], "flush", &[]) };
        let closed = file.fd().close();
        flushed?;
        return closed.map(|()| NONE).map_err(|errno| os_error(errno, NONE));
    }
    file.fd().close().map(|()| NONE).map_err(|errno| os_error(errno, NONE))
}
