//! `BytesIO`: bytes in memory, and the buffer that `getbuffer()` shows.

use super::{closed_file, new_bytes, size_argument, uninitialized};
use crate::args::Args;
use crate::error::{R, buffer_error, memory_error, type_error, value_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::buffer::{self, BufferInfo};
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::int;
use crate::objects::list::List;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{Params, store};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, NULL, TRUE, Value};
use crate::vm::{type_name, types};
use core::cell::{Cell, RefCell};

pub struct BytesIo {
    content: RefCell<Vec<u8>>,
    position: Cell<usize>,
    is_closed: Cell<bool>,
    /// Views of the content: while there are some, its size is fixed.
    exports: Cell<isize>,
    /// What `getbuffer()` makes views of; NULL before.
    exporter: Cell<Value>,
}
traced!(BytesIo: exporter);

/// What a memoryview of `getbuffer()` looks at.
struct Exporter {
    source: Value,
}
impl NativeObject for Exporter {
    fn trace(&self, marker: &mut Marker) {
        marker.value(self.source);
    }
    fn buffer(&self) -> Option<BufferInfo> {
        let this = native::downcast::<BytesIo>(self.source)?;
        let mut content = this.content.borrow_mut();
        Some(BufferInfo { data: content.as_mut_ptr(), len: content.len(), itemsize: 1, format: "B", is_readonly: false })
    }
    fn export(&self, change: isize) {
        if let Some(this) = native::downcast::<BytesIo>(self.source) {
            this.exports.set(this.exports.get() + change);
        }
    }
}

pub fn of(value: Value) -> R<&'static BytesIo> {
    native::downcast::<BytesIo>(value).ok_or_else(uninitialized)
}
fn open(value: Value) -> R<&'static BytesIo> {
    let this = of(value)?;
    if this.is_closed.get() { Err(closed_file()) } else { Ok(this) }
}
fn check_exports(this: &BytesIo) -> R<()> {
    let exporter = this.exporter.get();
    if this.exports.get() > 0 || (!exporter.is_null() && buffer::has_views(exporter)) {
        return Err(buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

pub fn fill(class: Gc<Class>) {
    class.doc.set("Buffered I/O implementation using an in-memory bytes buffer.");
    class.slots.new.set(Some(|class, _| {
        let object = BytesIo {
            content: RefCell::default(),
            position: Cell::new(0),
            is_closed: Cell::new(false),
            exports: Cell::new(0),
            exporter: Cell::new(NULL),
        };
        Ok(Native::new(class, object).value())
    }));
    class.slots.init.set(Some(init));
    class.slots.iter.set(Some(|value| open(value).map(|_| value)));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("BytesIO", "(initial_bytes=b'')");
    let [initial] = PARAMS.bind::<1>(args)?;
    let this = of(value)?;
    check_exports(this)?;
    let content = match ops::given(initial) {
        None => Vec::new(),
        Some(initial) => buffer::with_bytes(initial, |bytes| {
            let mut content = Vec::new();
            content.try_reserve_exact(bytes.len()).map_err(|_| memory_error())?;
            content.extend_from_slice(bytes);
            Ok(content)
        })?,
    };
    this.content.replace(content);
    this.position.set(0);
    this.is_closed.set(false);
    Ok(())
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 22] = [
    method("readable", "($self, /)", |a| open(a[0]).map(|_| TRUE), "Returns True if the IO object can be read."),
    method("seekable", "($self, /)", |a| open(a[0]).map(|_| TRUE), "Returns True if the IO object can be seeked."),
    method("writable", "($self, /)", |a| open(a[0]).map(|_| TRUE), "Returns True if the IO object can be written."),
    method("close", "($self, /)", close, "Disable all I/O operations."),
    method("flush", "($self, /)", |a| open(a[0]).map(|_| NONE), "Does nothing."),
    method("isatty", "($self, /)", |a| open(a[0]).map(|_| FALSE), "Always returns False."),
    method("tell", "($self, /)", |a| Ok(Value::int(open(a[0])?.position.get() as i64)), "Current file position, an integer."),
    method("write", "($self, b, /)", |a| write(a[0], a[1]), "Write bytes to file."),
    method("writelines", "($self, lines, /)", writelines, "Write lines to the file."),
    method("read1", "($self, size=-1, /)", read, "Read at most size bytes, returned as a bytes object."),
    method("readinto", "($self, buffer, /)", readinto, "Read bytes into buffer."),
    method("readinto1", "($self, buffer, /)", readinto, ""),
    method("readline", "($self, size=-1, /)", readline, "Next line from the file, as a bytes object."),
    method("readlines", "($self, size=None, /)", readlines, "List of bytes objects, each a line from the file."),
    method("read", "($self, size=-1, /)", read, "Read at most size bytes, returned as a bytes object."),
    method("getbuffer", "($self, /)", getbuffer, "Get a read-write view over the contents of the BytesIO object."),
    method("getvalue", "($self, /)", |a| new_bytes(&open(a[0])?.content.borrow()), "Retrieve the entire contents of the BytesIO object."),
    method("seek", "($self, pos, whence=0, /)", seek, "Change stream position."),
    method("truncate", "($self, size=None, /)", truncate, "Truncate the file to at most size bytes."),
    method("__getstate__", "($self, /)", getstate, ""),
    method("__setstate__", "($self, object, /)", setstate, ""),
    method("__sizeof__", "($self, /)", |a| Ok(Value::int(80 + of(a[0])?.content.borrow().capacity() as i64)), ""),
];
static ATTRIBUTES: [NativeAttribute; 1] =
    [getset("closed", |v| Ok(Value::bool(of(v)?.is_closed.get())), None, "True if the file is closed.")];

fn close(args: &[Value]) -> R {
    let this = of(args[0])?;
    check_exports(this)?;
    this.is_closed.set(true);
    this.content.replace(Vec::new());
    Ok(NONE)
}

fn write(value: Value, data: Value) -> R {
    let this = open(value)?;
    let count = buffer::with_bytes(data, |bytes| {
        // The buffer may be a view of this very object.
        check_exports(this)?;
        let start = this.position.get();
        let end = start.checked_add(bytes.len()).ok_or_else(memory_error)?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let mut content = this.content.borrow_mut();
        if end > content.len() {
            let more = end - content.len();
            content.try_reserve(more).map_err(|_| memory_error())?;
            if start == content.len() {
                content.extend_from_slice(bytes);
                this.position.set(end);
                return Ok(bytes.len());
            }
            content.resize(end, 0);
        }
        content[start..end].copy_from_slice(bytes);
        this.position.set(end);
        Ok(bytes.len())
    })?;
    Ok(Value::int(count as i64))
}
fn writelines(args: &[Value]) -> R {
    open(args[0])?;
    ops::for_each(args[1], |line| write(args[0], line).map(drop))?;
    Ok(NONE)
}

/// The bytes from the position on, at most `limit`.
fn take<T>(this: &BytesIo, limit: Option<usize>, with: impl FnOnce(&[u8]) -> R<T>) -> R<T> {
    let content = this.content.borrow();
    let start = this.position.get().min(content.len());
    let end = limit.map_or(content.len(), |limit| start.saturating_add(limit).min(content.len()));
    if end > start {
        this.position.set(end);
    }
    with(&content[start..end])
}
fn read(args: &[Value]) -> R {
    let this = open(args[0])?;
    take(this, size_argument(args[1])?, new_bytes)
}
fn readinto(args: &[Value]) -> R {
    let this = open(args[0])?;
    let view = super::base::writable_view(args[1], "readinto")?;
    let into = view.as_mut_slice();
    let count = take(this, Some(into.len()), |bytes| {
        // The target may lie in this object's own content.
        // SAFETY: both are valid for `bytes.len()` bytes.
        unsafe { core::ptr::copy(bytes.as_ptr(), into.as_mut_ptr(), bytes.len()) };
        Ok(bytes.len())
    })?;
    Ok(Value::int(count as i64))
}
fn line(this: &BytesIo, limit: Option<usize>) -> R {
    let len = {
        let content = this.content.borrow();
        let rest = &content[this.position.get().min(content.len())..];
        memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
    };
    take(this, Some(limit.map_or(len, |limit| len.min(limit))), new_bytes)
}
fn readline(args: &[Value]) -> R {
    line(open(args[0])?, size_argument(args[1])?)
}
fn next(value: Value) -> R<Option<Value>> {
    let line = line(open(value)?, None)?;
    Ok(if ops::len(line)? == 0 { None } else { Some(line) })
}
fn readlines(args: &[Value]) -> R {
    let this = open(args[0])?;
    let hint = size_argument(args[1])?.filter(|hint| *hint > 0);
    let list = List::new();
    let mut total = 0;
    loop {
        let line = line(this, None)?;
        let len = ops::len(line)?;
        if len == 0 {
            break;
        }
        list.push(line)?;
        total += len;
        if hint.is_some_and(|hint| total >= hint) {
            break;
        }
    }
    Ok(list.value())
}

fn getbuffer(args: &[Value]) -> R {
    let this = open(args[0])?;
    if this.exporter.get().is_null() {
        let exporter = Native::new(super::classes()?.bytes_io_buffer, Exporter { source: args[0] });
        store(args[0], &this.exporter, exporter.value());
    }
    ops::call_positional(types().memoryview.value(), &[this.exporter.get()])
}

fn seek(args: &[Value]) -> R {
    let this = open(args[0])?;
    let position = crate::objects::support::ssize(args[1])?;
    let whence = super::whence_argument(args[2])?;
    if position < 0 && whence == 0 {
        return Err(value_error(format!("negative seek value {position}")));
    }
    let base = match whence {
        0 => 0,
        1 => this.position.get(),
        2 => this.content.borrow().len(),
        _ => return Err(value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let Some(to) = (base as isize).checked_add(position) else {
        return Err(crate::error::overflow_error("new position too large"));
    };
    let to = to.max(0) as usize;
    this.position.set(to);
    Ok(Value::int(to as i64))
}
fn truncate(args: &[Value]) -> R {
    let this = open(args[0])?;
    check_exports(this)?;
    let size = match ops::given(args[1]) {
        None => this.position.get() as isize,
        Some(size) => crate::objects::support::ssize(size)?,
    };
    let Ok(len) = usize::try_from(size) else { return Err(value_error(format!("negative size value {size}"))) };
    this.content.borrow_mut().truncate(len);
    Ok(Value::int(size as i64))
}

fn getstate(args: &[Value]) -> R {
    let this = open(args[0])?;
    let content = new_bytes(&this.content.borrow())?;
    let dict = instance::snapshot(args[0]).map_or(Ok(NONE), |dict| dict.copied().map(Gc::value))?;
    Ok(Tuple::from_slice(&[content, Value::int(this.position.get() as i64), dict]).value())
}
fn setstate(args: &[Value]) -> R {
    let this = of(args[0])?;
    let Some(state) = args[1].downcast::<Tuple>().filter(|state| state.len() >= 3) else {
        return Err(type_error(format!(
            "{}.__setstate__ argument should be 3-tuple, got {}",
            type_name(args[0]),
            type_name(args[1])
        )));
    };
    init(args[0], Args::positional(&[state.at(0)]))?;
    if !int::is_any_int(state.at(1)) {
        return Err(type_error(format!("second item of state must be an integer, not {}", type_name(state.at(1)))));
    }
    let Ok(position) = usize::try_from(int::index_to_isize(state.at(1))?) else {
        return Err(value_error("position value cannot be negative"));
    };
    this.position.set(position);
    match state.at(2) {
        NONE => {}
        dict => match dict.downcast::<Dict>() {
            Some(dict) => {
                super::restore_dict(args[0], dict)?;
            }
            None => return Err(type_error(format!("third item of state should be a dict, got a {}", type_name(dict)))),
        },
    }
    Ok(NONE)
}
