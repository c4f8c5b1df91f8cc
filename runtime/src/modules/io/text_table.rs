//! The methods and attributes of `TextIOWrapper`. What they do is in `text.rs`.

use super::buffered_table::finish;
use super::text::{TextIo, expect_line, of};
use super::{method, name_for_repr, size_argument, text_init, whence_argument};
use crate::error::{R, attribute_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method as native_method};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::native;
use crate::objects::str::{self, Str};
use crate::objects::support::store;
use crate::ops;
use crate::value::{FALSE, NONE, NULL, Value};
use crate::vm::{class_of, intern, names, type_name};

pub fn fill(class: Gc<Class>) {
    class.doc.set("Character and line based layer over a BufferedIOBase object, buffer.");
    class.slots.new.set(Some(text_init::new));
    class.slots.init.set(Some(text_init::init));
    class.slots.repr.set(Some(repr));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 16] = [
    native_method("detach", "($self, /)", detach, ""),
    native_method("reconfigure", "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)", text_init::reconfigure, "Reconfigure the text stream with new parameters."),
    native_method("write", "($self, text, /)", write, ""),
    native_method("read", "($self, size=-1, /)", read, ""),
    native_method("readline", "($self, size=-1, /)", readline, ""),
    native_method("flush", "($self, /)", flush, ""),
    native_method("close", "($self, /)", close, ""),
    native_method("fileno", "($self, /)", |a| below(a[0], "fileno"), ""),
    native_method("seekable", "($self, /)", |a| below(a[0], "seekable"), ""),
    native_method("readable", "($self, /)", |a| below(a[0], "readable"), ""),
    native_method("writable", "($self, /)", |a| below(a[0], "writable"), ""),
    native_method("isatty", "($self, /)", |a| below(a[0], "isatty"), ""),
    native_method("seek", "($self, cookie, whence=os.SEEK_SET, /)", |a| of(a[0])?.seek(a[0], a[1], whence_argument(a[2])?), "Set the stream position, and return the new stream position."),
    native_method("tell", "($self, /)", |a| of(a[0])?.tell(a[0]), "Return the stream position as an opaque number."),
    native_method("truncate", "($self, pos=None, /)", truncate, ""),
    native_method("__getstate__", "($self, /)", super::base::refuse_state, ""),
];
#[rustfmt::skip]
static ATTRIBUTES: [NativeAttribute; 10] = [
    member("encoding", |v| Ok(ops::or_none(any(v)?.encoding.get())), None, ""),
    member("line_buffering", |v| Ok(Value::bool(any(v)?.line_buffering.get())), None, ""),
    member("write_through", |v| Ok(Value::bool(any(v)?.write_through.get())), None, ""),
    member("_finalizing", |_| Ok(FALSE), None, ""),
    getset("name", |v| ops::getattr(of(v)?.buffer.get(), names().name), None, ""),
    getset("closed", |v| of(v)?.is_closed().map(Value::bool), None, ""),
    getset("newlines", newlines, None, ""),
    getset("errors", |v| Ok(of(v)?.errors.get()), None, ""),
    getset("_CHUNK_SIZE", |v| Ok(int::from_usize(of(v)?.chunk_size.get())), Some(set_chunk_size), ""),
    getset("buffer", |v| of(v).map(|this| this.buffer.get()), None, ""),
];

fn any(value: Value) -> R<&'static TextIo> {
    native::downcast::<TextIo>(value).ok_or_else(super::uninitialized)
}
fn below(value: Value, name: &str) -> R {
    method(of(value)?.buffer.get(), name, &[])
}
fn newlines(value: Value) -> R {
    let this = of(value)?;
    Ok(if this.decoder.is_universal.get() { this.decoder.newlines.seen() } else { NONE })
}
fn set_chunk_size(value: Value, to: Option<Value>) -> R<()> {
    let this = of(value)?;
    let Some(to) = to else { return Err(attribute_error("cannot delete attribute")) };
    match usize::try_from(crate::objects::support::ssize(to)?) {
        Ok(size) if size > 0 => {
            this.chunk_size.set(size);
            Ok(())
        }
        _ => Err(value_error("a strictly positive integer is required")),
    }
}

fn write(args: &[Value]) -> R {
    let this = of(args[0])?;
    let Some(text) = args[1].downcast::<Str>() else {
        return Err(type_error(format!("write() argument must be str, not {}", type_name(args[1]))));
    };
    this.write_text(text)?;
    Ok(Value::int(text.len() as i64))
}
fn read(args: &[Value]) -> R {
    let this = of(args[0])?;
    let size = size_argument(args[1])?;
    this.check_readable()?;
    this.flush_text()?;
    match size {
        None => this.read_all(),
        Some(size) => this.read(args[0], size),
    }
}
fn readline(args: &[Value]) -> R {
    let this = of(args[0])?;
    let limit = match args[1].option() {
        None => None,
        Some(limit) => usize::try_from(crate::objects::support::ssize(limit)?).ok(),
    };
    this.check_readable()?;
    this.flush_text()?;
    this.line(args[0], limit).map(Gc::value)
}
fn next(value: Value) -> R<Option<Value>> {
    let this = of(value)?;
    if class_of(value) == super::classes()?.text {
        this.check_readable()?;
        this.flush_text()?;
        return this.next(value);
    }
    this.is_telling.set(false);
    let line = expect_line(ops::call_method(value, names().readline, &[])?)?;
    if ops::len(line)? == 0 {
        *this.snapshot.borrow_mut() = None;
        this.is_telling.set(this.is_seekable.get());
        return Ok(None);
    }
    Ok(Some(line))
}
fn flush(args: &[Value]) -> R {
    let this = of(args[0])?;
    this.check_open()?;
    this.is_telling.set(this.is_seekable.get());
    this.flush_text()?;
    // Reading ahead below stays: CPython's reader does not rewind when it is flushed.
    match this.lower.get() {
        Some(lower) if lower.role == super::buffered::Role::Reader => Ok(NONE),
        _ => this.flush_below().map(|()| NONE),
    }
}
fn close(args: &[Value]) -> R {
    let this = of(args[0])?;
    if this.is_closed()? {
        return Ok(NONE);
    }
    let flushed = method(args[0], "flush", &[]);
    let closed = method(this.buffer.get(), "close", &[]);
    finish(flushed, closed)
}
fn detach(args: &[Value]) -> R {
    let this = of(args[0])?;
    method(args[0], "flush", &[])?;
    let buffer = this.buffer.get();
    this.is_detached.set(true);
    this.lower.set(None);
    store(args[0], &this.buffer, NULL);
    Ok(buffer)
}
fn truncate(args: &[Value]) -> R {
    let this = of(args[0])?;
    method(args[0], "flush", &[])?;
    let size = match ops::given(args[1]) {
        Some(size) => size,
        None => method(args[0], "tell", &[])?,
    };
    method(this.buffer.get(), "truncate", &[size])
}

fn repr(value: Value) -> R {
    let this = of(value)?;
    let mut text = format!("<{}", class_of(value).name());
    if let Some(name) = name_for_repr(value)? {
        text.push_str(&format!(" name={name}"));
    }
    if let Some(mode) = ops::getattr_opt(value, intern("mode"))? {
        text.push_str(&format!(" mode={}", ops::repr_string(mode)?));
    }
    text.push_str(&format!(" encoding={}>", ops::repr_string(ops::or_none(this.encoding.get()))?));
    Ok(str::new(&text).value())
}
