//! The methods of the buffered streams. What they do is in `buffered.rs`.

use super::buffered::{self, Buffered, Role, of};
use super::{asks, method, name_for_repr, new_bytes, size_argument, unsupported, whence_argument};
use crate::error::{R, Raised, value_error};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method as native_method};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::str;
use crate::ops;
use crate::slots::NewFn;
use crate::value::{FALSE, NONE, Value};
use crate::vm::{class_of, intern, names};

pub fn fill_reader(class: Gc<Class>) {
    fill(class, "Create a new buffered reader using the given readable raw IO object.", |class, _| buffered::new(class, Role::Reader));
    class.slots.next.set(Some(next));
    class.add_methods(&READING);
}
pub fn fill_writer(class: Gc<Class>) {
    fill(
        class,
        "A buffer for a writeable sequential RawIO object.\n\nThe constructor creates a BufferedWriter for the given writeable raw\n\
         stream. If the buffer_size is not given, it defaults to\nDEFAULT_BUFFER_SIZE.",
        |class, _| buffered::new(class, Role::Writer),
    );
    class.add_methods(&WRITING);
}
pub fn fill_random(class: Gc<Class>) {
    fill(
        class,
        "A buffered interface to random access streams.\n\nThe constructor creates a reader and writer for a seekable stream,\n\
         raw, given in the first argument. If the buffer_size is omitted it\ndefaults to DEFAULT_BUFFER_SIZE.",
        |class, _| buffered::new(class, Role::Random),
    );
    class.slots.next.set(Some(next));
    class.add_methods(&READING);
    class.add_methods(&WRITING);
}
fn fill(class: Gc<Class>, doc: &'static str, new: NewFn) {
    class.doc.set(doc);
    class.slots.new.set(Some(new));
    class.slots.init.set(Some(buffered::init));
    class.slots.repr.set(Some(repr));
    class.add_methods(&COMMON);
    class.add_attributes(&ATTRIBUTES);
}

#[rustfmt::skip]
static COMMON: [NativeFunction; 12] = [
    native_method("detach", "($self, /)", detach, ""),
    native_method("flush", "($self, /)", flush, ""),
    native_method("close", "($self, /)", close, ""),
    native_method("seekable", "($self, /)", |a| raw_call(a[0], "seekable"), ""),
    native_method("fileno", "($self, /)", |a| raw_call(a[0], "fileno"), ""),
    native_method("isatty", "($self, /)", |a| raw_call(a[0], "isatty"), ""),
    native_method("_dealloc_warn", "($self, source, /)", |_| Ok(NONE), ""),
    native_method("seek", "($self, target, whence=0, /)", seek, ""),
    native_method("tell", "($self, /)", |a| of(a[0])?.tell().map(Value::int), ""),
    native_method("truncate", "($self, pos=None, /)", truncate, ""),
    native_method("__sizeof__", "($self, /)", |_| Ok(Value::int(super::BUFFER_SIZE as i64 + 200)), ""),
    native_method("__getstate__", "($self, /)", super::base::refuse_state, ""),
];
#[rustfmt::skip]
static READING: [NativeFunction; 7] = [
    native_method("readable", "($self, /)", |a| raw_call(a[0], "readable"), ""),
    native_method("read", "($self, size=-1, /)", read, ""),
    native_method("peek", "($self, size=0, /)", peek, ""),
    native_method("read1", "($self, size=-1, /)", read1, ""),
    native_method("readinto", "($self, buffer, /)", |a| readinto(a, false), ""),
    native_method("readinto1", "($self, buffer, /)", |a| readinto(a, true), ""),
    native_method("readline", "($self, size=-1, /)", readline, ""),
];
#[rustfmt::skip]
static WRITING: [NativeFunction; 2] = [
    native_method("writable", "($self, /)", |a| raw_call(a[0], "writable"), ""),
    native_method("write", "($self, buffer, /)", write, ""),
];
#[rustfmt::skip]
static ATTRIBUTES: [NativeAttribute; 5] = [
    member("raw", |v| Ok(ops::or_none(crate::objects::native::downcast::<Buffered>(v).map_or(NONE, |this| this.raw.get()))), None, ""),
    member("_finalizing", |_| Ok(FALSE), None, ""),
    getset("closed", |v| of(v)?.is_closed().map(Value::bool), None, ""),
    getset("name", |v| ops::getattr(of(v)?.raw.get(), names().name), None, ""),
    getset("mode", |v| ops::getattr(of(v)?.raw.get(), intern("mode")), None, ""),
];

fn raw_call(value: Value, name: &str) -> R {
    method(of(value)?.raw.get(), name, &[])
}

fn flush(args: &[Value]) -> R {
    let this = of(args[0])?;
    if this.role == Role::Reader {
        return method(this.raw.get(), "flush", &[]);
    }
    this.check_open("flush of closed file")?;
    this.flush_and_rewind()?;
    Ok(NONE)
}
/// The raw stream is closed even when flushing fails; of two errors the second has the first as its context.
fn close(args: &[Value]) -> R {
    let this = of(args[0])?;
    if this.is_closed()? {
        return Ok(NONE);
    }
    let is_own = class_of(args[0]).slots.new.get().is_some() && is_exact(args[0])?;
    let flushed = if is_own { flush(args) } else { method(args[0], "flush", &[]) };
    let closed = method(this.raw.get(), "close", &[]);
    finish(flushed, closed)
}
fn is_exact(value: Value) -> R<bool> {
    let (own, class) = (super::classes()?, class_of(value));
    Ok(class == own.reader || class == own.writer || class == own.random)
}
/// What two steps come to, of which the second is done in any case.
pub fn finish(first: R, second: R) -> R {
    match (first, second) {
        (Ok(_), second) => second.map(|_| NONE),
        (Err(first), Ok(_)) => Err(first),
        (Err(first), Err(second)) => {
            chain(second, first);
            Err(second)
        }
    }
}
fn chain(raised: Raised, context: Raised) {
    if raised.0 != context.0 && raised.0.context.get().is_null() {
        raised.0.context.set(raised.0, context.value());
    }
}
fn detach(args: &[Value]) -> R {
    let this = of(args[0])?;
    method(args[0], "flush", &[])?;
    Ok(this.detach(args[0]))
}

fn seek(args: &[Value]) -> R {
    let this = of(args[0])?;
    let whence = whence_argument(args[2])?;
    if !(0..=4).contains(&whence) {
        return Err(value_error(format!("whence value {whence} unsupported")));
    }
    this.check_open("seek of closed file")?;
    this.check_seekable()?;
    this.seek(int::index_to_i64(args[1])?, whence).map(Value::int)
}
fn truncate(args: &[Value]) -> R {
    let this = of(args[0])?;
    this.check_open("truncate of closed file")?;
    if this.role == Role::Reader {
        return Err(unsupported("truncate"));
    }
    if !asks(args[0], "writable")? {
        return Err(unsupported("truncate"));
    }
    this.flush_and_rewind()?;
    let size = match ops::given(args[1]) {
        Some(size) => size,
        None => Value::int(this.tell()?),
    };
    method(this.raw.get(), "truncate", &[size])
}

fn read(args: &[Value]) -> R {
    let this = of(args[0])?;
    let size = size_or_all(args[1])?;
    this.check_open("read of closed file")?;
    match size {
        None => this.read_all(),
        Some(size) => this.read(size)?.map_or(Ok(NONE), |bytes| new_bytes(&bytes)),
    }
}
/// -1 and None are all; other negative sizes are refused.
fn size_or_all(value: Value) -> R<Option<usize>> {
    if size_argument(value)?.is_none()
        && let Some(value) = ops::given(value)
        && crate::objects::support::ssize(value)? < -1
    {
        return Err(value_error("read length must be non-negative or -1"));
    }
    size_argument(value)
}
fn read1(args: &[Value]) -> R {
    let this = of(args[0])?;
    let size = args[1].option().map_or(Ok(-1), crate::objects::support::ssize)?;
    this.check_open("read of closed file")?;
    new_bytes(&this.read1(usize::try_from(size).ok())?)
}
fn peek(args: &[Value]) -> R {
    let this = of(args[0])?;
    args[1].option().map_or(Ok(0), crate::objects::support::ssize)?;
    this.check_open("peek of closed file")?;
    this.peek()
}
fn readinto(args: &[Value], is_single: bool) -> R {
    let this = of(args[0])?;
    let function = if is_single { "readinto1" } else { "readinto" };
    let view = super::base::writable_view(args[1], function)?;
    this.check_open("readinto of closed file")?;
    Ok(this.read_into(view.as_mut_slice(), is_single)?.map_or(NONE, |count| Value::int(count as i64)))
}
fn readline(args: &[Value]) -> R {
    let this = of(args[0])?;
    let limit = size_argument(args[1])?;
    this.check_open("readline of closed file")?;
    new_bytes(&this.line(limit)?)
}
fn next(value: Value) -> R<Option<Value>> {
    let this = of(value)?;
    let line = if is_exact(value)? {
        this.check_open("readline of closed file")?;
        new_bytes(&this.line(None)?)?
    } else {
        ops::call_method(value, names().readline, &[])?
    };
    Ok(if ops::len(line)? == 0 { None } else { Some(line) })
}
fn write(args: &[Value]) -> R {
    let this = of(args[0])?;
    let view = buffer::view(args[1])?;
    this.check_open("write to closed file")?;
    this.write(view.as_slice()).map(|count| Value::int(count as i64))
}

fn repr(value: Value) -> R {
    let class = class_of(value).name();
    let text = match name_for_repr(value)? {
        Some(name) => format!("<{class} name={name}>"),
        None => format!("<{class}>"),
    };
    Ok(str::new(&text).value())
}
