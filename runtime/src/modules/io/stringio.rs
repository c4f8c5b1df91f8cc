//! `StringIO`: text in memory.

use super::chars::CharBuf;
use super::newline::{Ending, Mode, Newlines, with_newlines};
use super::{size_argument, uninitialized};
use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::instance;
use crate::objects::int;
use crate::objects::native::{self, Native};
use crate::objects::str::{self, Str};
use crate::objects::support::Params;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::type_name;
use core::cell::{Cell, RefCell};

pub struct StringIo {
    text: RefCell<CharBuf>,
    position: Cell<usize>,
    mode: Cell<Mode>,
    newlines: Newlines,
    is_closed: Cell<bool>,
    is_ready: Cell<bool>,
}
traced!(StringIo:);

pub fn of(value: Value) -> R<&'static StringIo> {
    native::downcast::<StringIo>(value).ok_or_else(uninitialized)
}
fn open(value: Value) -> R<&'static StringIo> {
    let this = of(value)?;
    if !this.is_ready.get() {
        return Err(uninitialized());
    }
    if this.is_closed.get() { Err(value_error("I/O operation on closed file")) } else { Ok(this) }
}

pub fn fill(class: Gc<Class>) {
    class.doc.set("Text I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.");
    class.slots.new.set(Some(|class, _| {
        let object = StringIo {
            text: RefCell::default(),
            position: Cell::new(0),
            mode: Cell::new(Mode::Lf),
            newlines: Newlines::default(),
            is_closed: Cell::new(false),
            is_ready: Cell::new(false),
        };
        Ok(Native::new(class, object).value())
    }));
    class.slots.init.set(Some(init));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("StringIO", "(initial_value='', newline='\\n')");
    let [initial, newline] = PARAMS.bind::<2>(args)?;
    let this = of(value)?;
    let mode = if newline.is_null() { Mode::Lf } else { Mode::argument(newline, "newline")? };
    let initial = match ops::given(initial) {
        None => None,
        Some(initial) => match initial.downcast::<Str>() {
            Some(text) => Some(text),
            None => return Err(type_error(format!("initial_value must be str or None, not {}", type_name(initial)))),
        },
    };
    this.mode.set(mode);
    this.newlines.reset();
    this.newlines.is_translating.set(mode == Mode::Translated);
    this.text.replace(CharBuf::default());
    this.position.set(0);
    this.is_ready.set(true);
    this.is_closed.set(false);
    if let Some(initial) = initial {
        write_text(this, initial)?;
        this.position.set(0);
    }
    Ok(())
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 13] = [
    method("close", "($self, /)", close, "Close the IO object."),
    method("getvalue", "($self, /)", getvalue, "Retrieve the entire contents of the object."),
    method("read", "($self, size=-1, /)", read, "Read at most size characters, returned as a string."),
    method("readline", "($self, size=-1, /)", readline, "Read until newline or EOF."),
    method("tell", "($self, /)", |a| Ok(Value::int(open(a[0])?.position.get() as i64)), "Tell the current file position."),
    method("truncate", "($self, pos=None, /)", truncate, "Truncate size to pos."),
    method("seek", "($self, pos, whence=0, /)", seek, "Change stream position."),
    method("write", "($self, s, /)", write, "Write string to file."),
    method("seekable", "($self, /)", |a| open(a[0]).map(|_| TRUE), "Returns True if the IO object can be seeked."),
    method("readable", "($self, /)", |a| open(a[0]).map(|_| TRUE), "Returns True if the IO object can be read."),
    method("writable", "($self, /)", |a| open(a[0]).map(|_| TRUE), "Returns True if the IO object can be written."),
    method("__getstate__", "($self, /)", getstate, ""),
    method("__setstate__", "($self, state, /)", setstate, ""),
];
#[rustfmt::skip]
static ATTRIBUTES: [NativeAttribute; 3] = [
    getset("closed", |v| { let this = of(v)?; if this.is_ready.get() { Ok(Value::bool(this.is_closed.get())) } else { Err(uninitialized()) } }, None, ""),
    getset("newlines", |v| Ok(open(v)?.newlines.seen()), None, ""),
    getset("line_buffering", |v| open(v).map(|_| FALSE), None, ""),
];

fn close(args: &[Value]) -> R {
    let this = of(args[0])?;
    this.is_closed.set(true);
    this.text.replace(CharBuf::default());
    Ok(NONE)
}
fn getvalue(args: &[Value]) -> R {
    let this = open(args[0])?;
    let text = this.text.borrow();
    text.slice(0, text.len()).map(Gc::value)
}

fn write_text(this: &StringIo, text: Gc<Str>) -> R<()> {
    let mode = this.mode.get();
    let decoded = if mode.is_universal() { this.newlines.decode(text, true)? } else { text };
    let decoded = mode.written().map_or(decoded, |newline| with_newlines(decoded, newline));
    if decoded.len() == 0 {
        return Ok(());
    }
    let at = this.position.get();
    this.text.borrow_mut().write(at, decoded)?;
    this.position.set(at + decoded.len());
    Ok(())
}
fn write(args: &[Value]) -> R {
    let this = open(args[0])?;
    let Some(text) = args[1].downcast::<Str>() else {
        return Err(type_error(format!("string argument expected, got '{}'", type_name(args[1]))));
    };
    write_text(this, text)?;
    Ok(Value::int(text.len() as i64))
}

fn take(this: &StringIo, end: usize) -> R<Gc<Str>> {
    let start = this.position.get();
    let piece = this.text.borrow().slice(start, end)?;
    this.position.set(start + piece.len());
    Ok(piece)
}
fn read(args: &[Value]) -> R {
    let this = open(args[0])?;
    let size = size_argument(args[1])?;
    let end = size.map_or(usize::MAX, |size| this.position.get().saturating_add(size));
    take(this, end).map(Gc::value)
}
fn line(this: &StringIo, limit: Option<usize>) -> R<Gc<Str>> {
    let ending: Ending = this.mode.get().ending();
    let start = this.position.get();
    let end = {
        let text = this.text.borrow();
        if start >= text.len() {
            return Ok(str::empty());
        }
        ending.find(text.chars(), start).unwrap_or(text.len())
    };
    take(this, limit.map_or(end, |limit| end.min(start.saturating_add(limit))))
}
fn readline(args: &[Value]) -> R {
    let this = open(args[0])?;
    line(this, size_argument(args[1])?).map(Gc::value)
}
fn next(value: Value) -> R<Option<Value>> {
    let this = open(value)?;
    let line = if crate::vm::class_of(value) == super::classes()?.string_io {
        line(this, None)?.value()
    } else {
        let line = ops::call_method(value, crate::vm::names().readline, &[])?;
        if !line.is::<Str>() {
            return Err(crate::error::os_error(format!(
                "readline() should have returned a str object, not '{}'",
                type_name(line)
            )));
        }
        line
    };
    Ok(if ops::len(line)? == 0 { None } else { Some(line) })
}

fn truncate(args: &[Value]) -> R {
    let this = open(args[0])?;
    let size = match ops::given(args[1]) {
        None => this.position.get() as isize,
        Some(size) => crate::objects::support::ssize(size)?,
    };
    let Ok(len) = usize::try_from(size) else { return Err(value_error(format!("negative pos value {size}"))) };
    this.text.borrow_mut().truncate(len);
    Ok(Value::int(size as i64))
}
fn seek(args: &[Value]) -> R {
    let this = open(args[0])?;
    let position = crate::objects::support::ssize(args[1])?;
    let whence = super::whence_argument(args[2])?;
    if !(0..=2).contains(&whence) {
        return Err(value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    if position < 0 && whence == 0 {
        return Err(value_error(format!("Negative seek position {position}")));
    }
    if whence != 0 && position != 0 {
        return Err(crate::error::os_error("Can't do nonzero cur-relative seeks"));
    }
    let to = match whence {
        0 => position as usize,
        1 => this.position.get(),
        _ => this.text.borrow().len(),
    };
    this.position.set(to);
    Ok(Value::int(to as i64))
}

fn getstate(args: &[Value]) -> R {
    let this = open(args[0])?;
    let text = getvalue(args)?;
    let newline = match this.mode.get() {
        Mode::Translated => NONE,
        Mode::Any => str::empty().value(),
        Mode::Lf => str::new("\n").value(),
        Mode::Cr => str::new("\r").value(),
        Mode::CrLf => str::new("\r\n").value(),
    };
    let dict = instance::snapshot(args[0]).map_or(Ok(NONE), |dict| dict.copied().map(Gc::value))?;
    let position = Value::int(this.position.get() as i64);
    Ok(Tuple::from_slice(&[text, newline, position, dict]).value())
}
fn setstate(args: &[Value]) -> R {
    let this = of(args[0])?;
    let Some(state) = args[1].downcast::<Tuple>().filter(|state| state.len() >= 4) else {
        return Err(type_error(format!(
            "{}.__setstate__ argument should be 4-tuple, got {}",
            type_name(args[0]),
            type_name(args[1])
        )));
    };
    init(args[0], Args::positional(&[str::empty().value(), state.at(1)]))?;
    if let Some(text) = state.at(0).downcast::<Str>() {
        this.text.borrow_mut().write(0, text)?;
    }
    if !int::is_any_int(state.at(2)) {
        return Err(type_error(format!("third item of state must be an integer, got {}", type_name(state.at(2)))));
    }
    let Ok(position) = usize::try_from(int::index_to_isize(state.at(2))?) else {
        return Err(value_error("position value cannot be negative"));
    };
    this.position.set(position);
    match state.at(3) {
        NONE => {}
        dict => match dict.downcast::<Dict>() {
            Some(dict) => {
                super::restore_dict(args[0], dict)?;
            }
            None => {
                return Err(type_error(format!("fourth item of state should be a dict, got a {}", type_name(dict))));
            }
        },
    }
    Ok(NONE)
}
