//! The module `_io`: files and streams. This file has what all of it shares: the classes, the list of what must be flushed at the end,
//! helpers. `Lib/io.py` runs on it as it is.

pub mod base;
pub mod buffered;
mod buffered_table;
mod chars;
mod bytesio;
mod fd;
mod fileio;
mod newline;
pub mod open;
mod pair;
pub mod streams;
mod stringio;
pub mod text;
mod text_decode;
mod text_init;
mod text_table;

use crate::error::{R, Raised, system_error, type_error, value_error};
use crate::heap;
use crate::modules::{add, add_functions};
use crate::object::{Gc, Kind};
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::module::Module;
use crate::objects::native_class;
use crate::objects::str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, types};
use core::cell::{OnceCell, RefCell};
use std::rc::{Rc, Weak};

/// `io.DEFAULT_BUFFER_SIZE`.
pub const BUFFER_SIZE: usize = 128 << 10;

/// The classes of this thread's `_io`.
pub struct Classes {
    pub io_base: Gc<Class>,
    pub raw_base: Gc<Class>,
    pub buffered_base: Gc<Class>,
    pub text_base: Gc<Class>,
    pub file_io: Gc<Class>,
    pub reader: Gc<Class>,
    pub writer: Gc<Class>,
    pub random: Gc<Class>,
    pub pair: Gc<Class>,
    pub bytes_io: Gc<Class>,
    pub bytes_io_buffer: Gc<Class>,
    pub string_io: Gc<Class>,
    pub text: Gc<Class>,
    pub newline_decoder: Gc<Class>,
    pub unsupported: Gc<Class>,
}

thread_local! {
    static CLASSES: OnceCell<&'static Classes> = const { OnceCell::new() };
    static OPEN: RefCell<Vec<Weak<dyn Flush>>> = const { RefCell::new(Vec::new()) };
}

pub fn classes() -> R<&'static Classes> {
    if let Some(classes) = CLASSES.with(|own| own.get().copied()) {
        return Ok(classes);
    }
    let made: &'static Classes = Box::leak(Box::new(make_classes()?));
    CLASSES.with(|own| {
        let _ = own.set(made);
    });
    Ok(made)
}

const OPEN_CLASS: u32 = flags::BASETYPE | flags::HAS_DICT | flags::HAS_WEAKREF;

fn make_classes() -> R<Classes> {
    let class = |name: &str, base: Gc<Class>, fill: fn(Gc<Class>)| {
        native_class::with_base("_io", name, base, Kind::Native, OPEN_CLASS, fill)
    };
    let io_base = class("_IOBase", types().object, base::fill_io);
    let raw_base = class("_RawIOBase", io_base, base::fill_raw);
    let buffered_base = class("_BufferedIOBase", io_base, base::fill_buffered);
    let text_base = class("_TextIOBase", io_base, base::fill_text);
    let bases = Tuple::from_slice(&[types().os_error.value(), types().value_error.value()]);
    let namespace = Dict::new();
    namespace.set_str(intern("__module__"), intern("io").value());
    let made = ops::call_positional(
        types().type_.value(),
        &[str::new("UnsupportedOperation").value(), bases.value(), namespace.value()],
    )?;
    crate::vm::keep(made);
    let Some(unsupported) = made.downcast::<Class>() else { return Err(system_error("type() made no class")) };
    let bytes_io_buffer = native_class::new("_io", "_BytesIOBuffer", flags::DISALLOW_INSTANTIATION, |_| {});
    Ok(Classes {
        io_base,
        raw_base,
        buffered_base,
        text_base,
        file_io: class("FileIO", raw_base, fileio::fill),
        reader: class("BufferedReader", buffered_base, buffered_table::fill_reader),
        writer: class("BufferedWriter", buffered_base, buffered_table::fill_writer),
        random: class("BufferedRandom", buffered_base, buffered_table::fill_random),
        pair: class("BufferedRWPair", buffered_base, pair::fill),
        bytes_io: class("BytesIO", buffered_base, bytesio::fill),
        bytes_io_buffer,
        string_io: class("StringIO", text_base, stringio::fill),
        text: class("TextIOWrapper", text_base, text_table::fill),
        newline_decoder: native_class::new("_io", "IncrementalNewlineDecoder", flags::BASETYPE, newline::fill),
        unsupported,
    })
}

pub fn init(module: Gc<Module>) -> R<()> {
    let own = classes()?;
    for class in [
        own.io_base, own.raw_base, own.buffered_base, own.text_base, own.file_io, own.reader, own.writer, own.random,
        own.pair, own.bytes_io, own.bytes_io_buffer, own.string_io, own.text, own.newline_decoder, own.unsupported,
    ] {
        add(module, &class.bare_name(), class.value());
    }
    add(module, "DEFAULT_BUFFER_SIZE", Value::int(BUFFER_SIZE as i64));
    add(module, "BlockingIOError", types().blocking_io_error.value());
    add_functions(module, &open::FUNCTIONS);
    Ok(())
}

// -- what is left at the end -----------------------------------------------------------

/// Something with bytes that are not written yet.
pub trait Flush {
    fn flush_quietly(&self);
    /// The descriptor of a file with unwritten bytes; None for the standard streams.
    fn waiting_fd(&self) -> Option<i32>;
}

/// Remembers it for the end of the program; what is gone by then has flushed itself.
pub fn register(flush: Weak<dyn Flush>) {
    OPEN.with_borrow_mut(|open| {
        if open.len() == open.capacity() {
            open.retain(|one| one.strong_count() > 0);
        }
        open.push(flush);
    });
}
/// Text first, then the bytes below it: in the order in which they were opened, twice.
pub fn flush_all() {
    let open: Vec<Rc<dyn Flush>> = OPEN.with_borrow(|open| open.iter().filter_map(Weak::upgrade).collect());
    for _ in 0..2 {
        open.iter().for_each(|one| one.flush_quietly());
    }
}

/// Before a file is opened or looked at by its name: what was written to it reaches it. Programs count on a stream that nobody refers
/// to being closed at once; here it lives on until memory is collected.
pub fn settle(same_file: impl FnOnce() -> Option<libc::stat>) {
    let open: Vec<Rc<dyn Flush>> = OPEN.with_borrow(|open| {
        open.iter().filter_map(Weak::upgrade).filter(|one| one.waiting_fd().is_some()).collect()
    });
    if open.is_empty() {
        return;
    }
    let Some(wanted) = same_file() else { return };
    for one in open {
        let status = one.waiting_fd().and_then(|fd| fd::status(fd).ok());
        if status.is_some_and(|status| status.st_ino == wanted.st_ino && status.st_dev == wanted.st_dev) {
            one.flush_quietly();
        }
    }
}
/// Before another process runs.
pub fn settle_all() {
    let open: Vec<Rc<dyn Flush>> = OPEN.with_borrow(|open| open.iter().filter_map(Weak::upgrade).collect());
    open.iter().filter(|one| one.waiting_fd().is_some()).for_each(|one| one.flush_quietly());
}

// -- errors ----------------------------------------------------------------------------

#[cold]
pub fn unsupported(message: &str) -> Raised {
    match classes() {
        Ok(classes) => Raised::new(classes.unsupported, message),
        Err(raised) => raised,
    }
}
#[cold]
pub fn closed_file() -> Raised {
    value_error("I/O operation on closed file.")
}
#[cold]
pub fn uninitialized() -> Raised {
    value_error("I/O operation on uninitialized object")
}
pub use crate::modules::posix::path::{last_errno, os_error};

// -- values ----------------------------------------------------------------------------

/// `read(size)`: None, NULL and negative ones are "all".
pub fn size_argument(value: Value) -> R<Option<usize>> {
    let Some(value) = ops::given(value) else { return Ok(None) };
    if crate::vm::class_of(value).slots.index.get().is_none() && !crate::objects::int::is_any_int(value) {
        return Err(type_error(format!("argument should be integer or None, not '{}'", crate::vm::type_name(value))));
    }
    Ok(usize::try_from(crate::objects::support::ssize(value)?).ok())
}
pub fn int_value(number: i64) -> Value {
    Value::int(number)
}
pub fn new_bytes(content: &[u8]) -> R {
    bytes::try_new(content).map(Gc::value)
}
/// What a Python-level `read` answered.
pub fn expect_bytes(value: Value, what: &str) -> R<Gc<Bytes>> {
    value.downcast::<Bytes>().ok_or_else(|| {
        type_error(format!("{what} should have returned a bytes object, not '{}'", crate::vm::type_name(value)))
    })
}
pub fn method(value: Value, name: &str, args: &[Value]) -> R {
    ops::call_method(value, intern(name), args)
}
pub fn attribute_is_true(value: Value, name: &str) -> R<bool> {
    ops::truth(ops::getattr(value, intern(name))?)
}
/// `obj.method()` as a truth.
pub fn asks(value: Value, name: &str) -> R<bool> {
    ops::truth(method(value, name, &[])?)
}
/// The name for a `repr`; None when there is none.
pub fn name_for_repr(value: Value) -> R<Option<String>> {
    match ops::getattr_opt(value, crate::vm::names().name) {
        Ok(Some(name)) => ops::repr_string(name).map(Some),
        Ok(None) => Ok(None),
        Err(raised) if raised.is(types().value_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}
/// Stores a value into a native object's cell.
pub fn store(owner: Value, cell: &core::cell::Cell<Value>, value: Value) {
    cell.set(value);
    heap::write_barrier(owner);
}
/// `whence` of a seek.
pub fn whence_argument(value: Value) -> R<i32> {
    if value.is_null() { Ok(0) } else { crate::objects::int::index_to_i32(value) }
}
pub fn is_none_or_null(value: Value) -> bool {
    value.is_null() || value == NONE
}
/// `__setstate__`: the attributes of the pickled object.
pub fn restore_dict(value: Value, dict: Gc<Dict>) -> R<()> {
    let own = crate::objects::instance::dict(value);
    let mut at = 0;
    while let Some((next, key, item)) = dict.next_entry(at) {
        own.set(key, item)?;
        at = next;
    }
    Ok(())
}
