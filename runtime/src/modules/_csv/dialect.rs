//! `_csv.Dialect`: the options of readers and writers.

use super::{QUOTINGS, Quoting};
use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, member, method};
use crate::objects::class::{Class, flags};
use crate::objects::int;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::support::of;
use crate::ops;
use crate::traced;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, intern, type_name};
use core::cell::{Cell, OnceCell};

pub struct Dialect {
    pub delimiter: u32,
    pub double_quote: bool,
    pub escape: Option<u32>,
    /// A str.
    pub line_terminator: Cell<Value>,
    pub quote: Option<u32>,
    pub quoting: Quoting,
    pub skip_initial_space: bool,
    pub strict: bool,
}
traced!(Dialect: line_terminator);

impl Dialect {
    pub fn terminator(&self) -> Gc<Str> {
        self.line_terminator.get().downcast::<Str>().unwrap_or_else(str::empty)
    }
}

fn this(value: Value) -> R<&'static Dialect> {
    of::<Dialect>(value)
}
fn char_or_none(c: Option<u32>) -> Value {
    c.map_or(NONE, |c| str::from_char(c).value())
}
static ATTRIBUTES: [NativeAttribute; 8] = [
    member("skipinitialspace", |v| Ok(Value::bool(this(v)?.skip_initial_space)), None, ""),
    member("doublequote", |v| Ok(Value::bool(this(v)?.double_quote)), None, ""),
    member("strict", |v| Ok(Value::bool(this(v)?.strict)), None, ""),
    getset("delimiter", |v| Ok(str::from_char(this(v)?.delimiter).value()), None, ""),
    getset("escapechar", |v| Ok(char_or_none(this(v)?.escape)), None, ""),
    getset("lineterminator", |v| Ok(this(v)?.line_terminator.get()), None, ""),
    getset("quotechar", |v| Ok(char_or_none(this(v)?.quote)), None, ""),
    getset("quoting", |v| Ok(Value::int(this(v)?.quoting as i64)), None, ""),
];
static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", no_pickle, "raises an exception to avoid pickling"),
    method("__reduce_ex__", "($self, protocol, /)", no_pickle, "raises an exception to avoid pickling"),
];
fn no_pickle(args: &[Value]) -> R {
    Err(type_error(format!("cannot pickle '{}' instances", class_of(args[0]).bare_name())))
}

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn class() -> Gc<Class> {
    CLASS.with(|own| {
        *own.get_or_init(|| {
            native_class::new("_csv", "Dialect", flags::BASETYPE, |class| {
                class.doc.set("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n");
                class.slots.new.set(Some(|class, args| build(class, args.pos().first().copied(), args)));
                class.add_methods(&METHODS);
                class.add_attributes(&ATTRIBUTES);
            })
        })
    })
}

/// The dialect of a reader or writer: by name or object, changed by the keywords of `args`.
pub fn make(dialect: Option<Value>, args: Args<'_>) -> R {
    build(class(), dialect, args)
}

const NAMES: [&str; 8] =
    ["delimiter", "doublequote", "escapechar", "lineterminator", "quotechar", "quoting", "skipinitialspace", "strict"];

fn build(class: Gc<Class>, dialect: Option<Value>, args: Args<'_>) -> R {
    let mut dialect = dialect;
    let mut given = [NULL; 8];
    for (name, value) in args.kw() {
        let text = name.to_string_lossy();
        match NAMES.iter().position(|own| *own == text) {
            Some(at) => given[at] = value,
            None if text == "dialect" && dialect.is_none() => dialect = Some(value),
            None => return Err(type_error(format!("this function got an unexpected keyword argument '{text}'"))),
        }
    }
    if let Some(mut source) = dialect {
        if source.is::<Str>() {
            source = super::registered(source)?;
        }
        if native::downcast::<Dialect>(source).is_some() && given == [NULL; 8] {
            return Ok(source);
        }
        for (value, name) in given.iter_mut().zip(NAMES) {
            if value.is_null() {
                *value = Value::or_null(ops::getattr_opt(source, intern(name))?);
            }
        }
    }
    let [delimiter, double_quote, escape, line_terminator, quote, quoting, skip_initial_space, strict] = given;
    let is_quoting_given = !quoting.is_null();
    let mut dialect = Dialect {
        delimiter: character("delimiter", delimiter, ',', "")?,
        double_quote: double_quote.option().map_or(Ok(true), ops::truth)?,
        escape: optional_character("escapechar", escape, None)?,
        line_terminator: Cell::new(terminator(line_terminator)?),
        quote: optional_character("quotechar", quote, Some('"'))?,
        quoting: quoting_of(quoting)?,
        skip_initial_space: skip_initial_space.option().map_or(Ok(false), ops::truth)?,
        strict: strict.option().map_or(Ok(false), ops::truth)?,
    };
    if quote.is_none() && !is_quoting_given {
        dialect.quoting = Quoting::Nothing;
    }
    if dialect.quoting != Quoting::Nothing && dialect.quote.is_none() {
        return Err(type_error("quotechar must be set if quoting enabled"));
    }
    check(&dialect)?;
    Ok(Native::new(class, dialect).value())
}

fn character(name: &str, value: Value, default: char, or_none: &str) -> R<u32> {
    let Some(value) = value.option() else { return Ok(default as u32) };
    let Some(text) = value.downcast::<Str>() else {
        return Err(type_error(format!("\"{name}\" must be a unicode character{or_none}, not {}", type_name(value))));
    };
    if text.len() != 1 {
        return Err(type_error(format!("\"{name}\" must be a unicode character{or_none}, not a string of length {}", text.len())));
    }
    Ok(text.char_at(0))
}
fn optional_character(name: &str, value: Value, default: Option<char>) -> R<Option<u32>> {
    match value.option() {
        None => Ok(default.map(|c| c as u32)),
        Some(NONE) => Ok(None),
        Some(value) => character(name, value, ' ', " or None").map(Some),
    }
}
fn terminator(value: Value) -> R {
    match value.option() {
        None => Ok(intern("\r\n").value()),
        Some(value) if value.is::<Str>() => Ok(value),
        Some(value) => Err(type_error(format!("\"lineterminator\" must be a string, not {}", type_name(value)))),
    }
}
fn quoting_of(value: Value) -> R<Quoting> {
    let Some(value) = value.option() else { return Ok(Quoting::Minimal) };
    if !int::is_exact(value) {
        return Err(type_error(format!("\"quoting\" must be an integer, not {}", type_name(value))));
    }
    let number = int::index_to_i32(value)?;
    match usize::try_from(number).ok().and_then(|number| QUOTINGS.get(number)) {
        Some((_, quoting)) => Ok(*quoting),
        None => Err(type_error("bad \"quoting\" value")),
    }
}

/// Each character must tell itself from the others.
fn check(dialect: &Dialect) -> R<()> {
    let terminator = dialect.terminator();
    let special = [("delimiter", Some(dialect.delimiter)), ("escapechar", dialect.escape), ("quotechar", dialect.quote)];
    for (name, c) in special {
        let Some(c) = c else { continue };
        let is_space = c == ' ' as u32 && name != "delimiter" && dialect.skip_initial_space;
        if c == '\r' as u32 || c == '\n' as u32 || is_space {
            return Err(value_error(format!("bad {name} value")));
        }
        if terminator.iter().any(|own| own == c) {
            return Err(value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        let ((first, c), (second, d)) = (special[a], special[b]);
        if c.is_some() && c == d {
            return Err(value_error(format!("bad {first} or {second} value")));
        }
    }
    Ok(())
}
