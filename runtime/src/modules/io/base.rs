//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`: what streams written in Python inherit.

use super::{attribute_is_true, closed_file, expect_bytes, method, new_bytes, size_argument, unsupported};
use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method as native_method};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::Bytes;
use crate::objects::class::Class;
use crate::objects::instance;
use crate::objects::list::List;
use crate::objects::native::Native;
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::{class_of, intern, names, type_name};

/// An instance of a base class, or of a Python class made of it alone.
struct Plain;
traced!(Plain:);

fn new(class: Gc<Class>, _: Args<'_>) -> R {
    Ok(Native::new(class, Plain).value())
}

pub fn fill_io(class: Gc<Class>) {
    class.doc.set("The abstract base class for all I/O classes.");
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(iter));
    class.slots.next.set(Some(next));
    crate::objects::class_new::add_dict_attribute(class);
    class.add_methods(&IO);
    class.add_attributes(&IO_ATTRIBUTES);
}
pub fn fill_raw(class: Gc<Class>) {
    class.doc.set("Base class for raw binary I/O.");
    class.add_methods(&RAW);
}
pub fn fill_buffered(class: Gc<Class>) {
    class.doc.set("Base class for buffered IO objects.");
    class.add_methods(&BUFFERED);
}
pub fn fill_text(class: Gc<Class>) {
    class.doc.set("Base class for text I/O.");
    class.add_methods(&TEXT);
    class.add_attributes(&TEXT_ATTRIBUTES);
}

// -- _IOBase -----------------------------------------------------------------------------

#[rustfmt::skip]
static IO: [NativeFunction; 20] = [
    native_method("seek", "($self, offset, whence=os.SEEK_SET, /)", |_| Err(unsupported("seek")), "Change the stream position to the given byte offset."),
    native_method("tell", "($self, /)", |a| method(a[0], "seek", &[Value::int(0), Value::int(1)]), "Return current stream position."),
    native_method("truncate", "($self, size=None, /)", |_| Err(unsupported("truncate")), "Truncate file to size bytes."),
    native_method("fileno", "($self, /)", |_| Err(unsupported("fileno")), "Return underlying file descriptor if one exists."),
    native_method("flush", "($self, /)", flush, "Flush write buffers, if applicable."),
    native_method("close", "($self, /)", close, "Flush and close the IO object."),
    native_method("seekable", "($self, /)", |_| Ok(FALSE), "Return whether object supports random access."),
    native_method("readable", "($self, /)", |_| Ok(FALSE), "Return whether object was opened for reading."),
    native_method("writable", "($self, /)", |_| Ok(FALSE), "Return whether object was opened for writing."),
    native_method("_checkClosed", "($self, /)", |a| check_closed(a[0]).map(|()| NONE), ""),
    native_method("_checkSeekable", "($self, /)", |a| check_can(a[0], "seekable").map(|()| TRUE), ""),
    native_method("_checkReadable", "($self, /)", |a| check_can(a[0], "readable").map(|()| TRUE), ""),
    native_method("_checkWritable", "($self, /)", |a| check_can(a[0], "writable").map(|()| TRUE), ""),
    native_method("isatty", "($self, /)", |a| check_closed(a[0]).map(|()| FALSE), "Return whether this is an 'interactive' stream."),
    native_method("__enter__", "($self, /)", |a| check_closed(a[0]).map(|()| a[0]), ""),
    native_method("__exit__", "($self, *exc)", |a| method(a[0], "close", &[]), ""),
    native_method("readline", "($self, size=-1, /)", readline, "Read and return a line from the stream."),
    native_method("readlines", "($self, hint=-1, /)", readlines, "Return a list of lines from the stream."),
    native_method("writelines", "($self, lines, /)", writelines, "Write a list of lines to stream."),
    native_method("__del__", "($self, /)", delete, ""),
];
static IO_ATTRIBUTES: [NativeAttribute; 1] = [getset("closed", |value| Ok(Value::bool(is_marked_closed(value))), None, "")];

fn mark() -> Gc<crate::objects::str::Str> {
    intern("__IOBase_closed")
}
fn is_marked_closed(value: Value) -> bool {
    instance::get(value, mark()).is_some()
}
pub fn check_closed(value: Value) -> R<()> {
    if attribute_is_true(value, "closed")? { Err(closed_file()) } else { Ok(()) }
}
/// `what` is "readable", "writable" or "seekable".
pub fn check_can(value: Value, what: &str) -> R<()> {
    if method(value, what, &[])? == TRUE {
        return Ok(());
    }
    Err(unsupported(&format!("File or stream is not {what}.")))
}
fn flush(args: &[Value]) -> R {
    if is_marked_closed(args[0]) {
        return Err(closed_file());
    }
    Ok(NONE)
}
/// Flushes by the object's own `flush`; closed even when that fails.
fn close(args: &[Value]) -> R {
    if is_marked_closed(args[0]) {
        return Ok(NONE);
    }
    let result = method(args[0], "flush", &[]);
    instance::set(args[0], mark(), TRUE);
    result.map(|_| NONE)
}
fn delete(args: &[Value]) -> R {
    if !attribute_is_true(args[0], "closed").unwrap_or(true) {
        method(args[0], "close", &[])?;
    }
    Ok(NONE)
}

pub fn iter(value: Value) -> R {
    check_closed(value)?;
    Ok(value)
}
fn next(value: Value) -> R<Option<Value>> {
    let line = ops::call_method(value, names().readline, &[])?;
    Ok(if ops::len(line)? == 0 { None } else { Some(line) })
}

/// With `peek` by what it shows, else byte by byte.
fn readline(args: &[Value]) -> R {
    let limit = size_argument(args[1])?;
    let peek = ops::getattr_opt(args[0], intern("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit.is_none_or(|limit| line.len() < limit) {
        let mut count = 1;
        if let Some(peek) = peek {
            let ahead = expect_bytes(ops::call_positional(peek, &[Value::int(1)])?, "peek()")?;
            let ahead = ahead.as_slice();
            if !ahead.is_empty() {
                count = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |at| at + 1);
                count = limit.map_or(count, |limit| count.min(limit - line.len()));
            }
        }
        let piece = expect_bytes(method(args[0], "read", &[Value::int(count as i64)])?, "read()")?;
        if piece.len() == 0 {
            break;
        }
        line.extend_from_slice(piece.as_slice());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    new_bytes(&line)
}

fn readlines(args: &[Value]) -> R {
    let hint = size_argument(args[1])?.filter(|hint| *hint > 0);
    let list = List::new();
    let mut total = 0;
    let iterator = ops::iter(args[0])?;
    while let Some(line) = ops::next(iterator)? {
        list.push(line)?;
        total += ops::len(line)?;
        if hint.is_some_and(|hint| total >= hint) {
            break;
        }
    }
    Ok(list.value())
}
fn writelines(args: &[Value]) -> R {
    check_closed(args[0])?;
    let write = ops::getattr(args[0], names().write)?;
    ops::for_each(args[1], |line| ops::call_positional(write, &[line]).map(drop))?;
    Ok(NONE)
}

// -- _RawIOBase ----------------------------------------------------------------------------

#[rustfmt::skip]
static RAW: [NativeFunction; 2] = [
    native_method("read", "($self, size=-1, /)", raw_read, ""),
    native_method("readall", "($self, /)", raw_readall, "Read until EOF, using multiple read() call."),
];

fn raw_read(args: &[Value]) -> R {
    let Some(size) = size_argument(args[1])? else { return method(args[0], "readall", &[]) };
    let array = ByteArray::new(&[])?;
    array.resize(size)?;
    let count = method(args[0], "readinto", &[array.value()])?;
    if count.is_none() {
        return Ok(NONE);
    }
    match usize::try_from(crate::objects::support::ssize(count)?) {
        Ok(count) if count <= array.len() => new_bytes(&array.as_slice()[..count]),
        _ => Err(value_error(format!("readinto returned {} outside buffer size {size}", ops::str_string(count)?))),
    }
}
fn raw_readall(args: &[Value]) -> R {
    let mut all: Vec<u8> = Vec::new();
    loop {
        let piece = method(args[0], "read", &[Value::int(super::BUFFER_SIZE as i64)])?;
        if piece.is_none() {
            return if all.is_empty() { Ok(NONE) } else { new_bytes(&all) };
        }
        let Some(piece) = piece.downcast::<Bytes>() else { return Err(type_error("read() should return bytes")) };
        if piece.len() == 0 {
            return new_bytes(&all);
        }
        all.try_reserve(piece.len()).map_err(|_| crate::error::memory_error())?;
        all.extend_from_slice(piece.as_slice());
    }
}

// -- _BufferedIOBase -------------------------------------------------------------------------

#[rustfmt::skip]
static BUFFERED: [NativeFunction; 6] = [
    native_method("detach", "($self, /)", |_| Err(unsupported("detach")), "Disconnect this buffer from its underlying raw stream and return it."),
    native_method("read", "($self, size=-1, /)", |_| Err(unsupported("read")), "Read and return up to n bytes."),
    native_method("read1", "($self, size=-1, /)", |_| Err(unsupported("read1")), "Read and return up to size bytes, with at most one read() call to the underlying raw stream."),
    native_method("readinto", "($self, buffer, /)", |a| read_into(a[0], a[1], "read"), ""),
    native_method("readinto1", "($self, buffer, /)", |a| read_into(a[0], a[1], "read1"), ""),
    native_method("write", "($self, b, /)", |_| Err(unsupported("write")), "Write buffer b to the IO stream."),
];

/// A buffer that may be written to.
pub fn writable_view(value: Value, function: &str) -> R<buffer::BytesView> {
    match buffer::as_bytes(value)? {
        Some(view) if !view.is_readonly() => Ok(view),
        _ => Err(type_error(format!(
            "{function}() argument must be read-write bytes-like object, not {}",
            type_name(value)
        ))),
    }
}

fn read_into(this: Value, target: Value, by: &str) -> R {
    let function = if by == "read" { "readinto" } else { "readinto1" };
    let view = writable_view(target, function)?;
    let wanted = view.as_slice().len();
    let read = method(this, by, &[Value::int(wanted as i64)])?;
    let Some(read) = read.downcast::<Bytes>() else { return Err(type_error("read() should return bytes")) };
    if read.len() > wanted {
        return Err(value_error(format!(
            "read() returned too much data: {wanted} bytes requested, {} returned",
            read.len()
        )));
    }
    view.as_mut_slice()[..read.len()].copy_from_slice(read.as_slice());
    Ok(Value::int(read.len() as i64))
}

// -- _TextIOBase -----------------------------------------------------------------------------

#[rustfmt::skip]
static TEXT: [NativeFunction; 4] = [
    native_method("detach", "($self, /)", |_| Err(unsupported("detach")), "Separate the underlying buffer from the TextIOBase and return it."),
    native_method("read", "($self, size=-1, /)", |_| Err(unsupported("read")), "Read at most size characters from stream."),
    native_method("readline", "($self, size=-1, /)", |_| Err(unsupported("readline")), "Read until newline or EOF."),
    native_method("write", "($self, s, /)", |_| Err(unsupported("write")), "Write string s to stream."),
];
static TEXT_ATTRIBUTES: [NativeAttribute; 3] = [
    getset("encoding", |_| Ok(NONE), None, "Encoding of the text stream."),
    getset("newlines", |_| Ok(NONE), None, "Line endings translated so far."),
    getset("errors", |_| Ok(NONE), None, "The error setting of the decoder or encoder."),
];

/// `__getstate__` of streams that cannot be pickled.
pub fn refuse_state(args: &[Value]) -> R {
    Err(type_error(format!("cannot pickle '{}' instances", class_of(args[0]).name())))
}
