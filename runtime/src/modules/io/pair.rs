//! `BufferedRWPair`: a reader and a writer as one stream.

use super::buffered_table::finish;
use super::{asks, attribute_is_true, method, uninitialized};
use crate::args::Args;
use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method as native_method, raw_method};
use crate::objects::class::Class;
use crate::objects::native::{self, Native};
use crate::objects::support::{Params, split_self, store};
use crate::ops;
use crate::traced;
use crate::value::{NULL, Value};
use crate::vm::intern;
use core::cell::Cell;

struct Pair {
    reader: Cell<Value>,
    writer: Cell<Value>,
}
traced!(Pair: reader, writer);

fn of(value: Value) -> R<&'static Pair> {
    native::downcast::<Pair>(value).filter(|this| !this.writer.get().is_null()).ok_or_else(uninitialized)
}

pub fn fill(class: Gc<Class>) {
    class.doc.set("A buffered reader and writer object together.");
    class.slots.new.set(Some(|class, _| {
        Ok(Native::new(class, Pair { reader: Cell::new(NULL), writer: Cell::new(NULL) }).value())
    }));
    class.slots.init.set(Some(init));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("BufferedRWPair", "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)");
    let [reader, writer, size] = PARAMS.bind::<3>(args)?;
    super::base::check_can(reader, "readable")?;
    super::base::check_can(writer, "writable")?;
    let this = native::downcast::<Pair>(value).ok_or_else(uninitialized)?;
    let own = super::classes()?;
    let size = size.option().unwrap_or(Value::int(super::BUFFER_SIZE as i64));
    store(value, &this.reader, ops::call_positional(own.reader.value(), &[reader, size])?);
    store(value, &this.writer, ops::call_positional(own.writer.value(), &[writer, size])?);
    Ok(())
}

fn forward(args: Args<'_>, name: &str, to_reader: bool) -> R {
    let (this, rest) = split_self(args, name)?;
    let pair = of(this)?;
    let target = if to_reader { pair.reader.get() } else { pair.writer.get() };
    ops::call(ops::getattr(target, intern(name))?, rest)
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 11] = [
    raw_method("read", |a| forward(a, "read", true), ""),
    raw_method("peek", |a| forward(a, "peek", true), ""),
    raw_method("read1", |a| forward(a, "read1", true), ""),
    raw_method("readinto", |a| forward(a, "readinto", true), ""),
    raw_method("readinto1", |a| forward(a, "readinto1", true), ""),
    raw_method("write", |a| forward(a, "write", false), ""),
    native_method("flush", "($self, /)", |a| method(of(a[0])?.writer.get(), "flush", &[]), ""),
    native_method("readable", "($self, /)", |a| method(of(a[0])?.reader.get(), "readable", &[]), ""),
    native_method("writable", "($self, /)", |a| method(of(a[0])?.writer.get(), "writable", &[]), ""),
    native_method("close", "($self, /)", close, ""),
    native_method("isatty", "($self, /)", isatty, ""),
];
static ATTRIBUTES: [NativeAttribute; 1] =
    [getset("closed", |v| attribute_is_true(of(v)?.writer.get(), "closed").map(Value::bool), None, "")];

fn close(args: &[Value]) -> R {
    let pair = of(args[0])?;
    let written = method(pair.writer.get(), "close", &[]);
    let read = method(pair.reader.get(), "close", &[]);
    finish(written, read)
}
fn isatty(args: &[Value]) -> R {
    let pair = of(args[0])?;
    Ok(Value::bool(asks(pair.writer.get(), "isatty")? || asks(pair.reader.get(), "isatty")?))
}
