//! Newlines: their translation while reading (`IncrementalNewlineDecoder`), where lines end.

use super::method;
use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method as native_method};
use crate::objects::class::Class;
use crate::objects::int;
use crate::objects::native::Native;
use crate::objects::str::{self, Chars, Str};
use crate::objects::support::{Params, of, store};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::type_name;
use core::cell::Cell;

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// The state of a translation to "\n".
#[derive(Default)]
pub struct Newlines {
    pub is_translating: Cell<bool>,
    /// A "\r" at the end of the last piece, which may be half of a "\r\n".
    pub pending_cr: Cell<bool>,
    pub seen: Cell<u8>,
}

impl Newlines {
    pub fn decode(&self, text: Gc<Str>, is_final: bool) -> R<Gc<Str>> {
        let had_cr = self.pending_cr.get();
        let has_cr = match text.chars() {
            Chars::Narrow(chars) => memchr::memchr(b'\r', chars).is_some(),
            Chars::Wide(chars) => chars.contains(&('\r' as u32)),
        };
        if !has_cr && !had_cr {
            if self.seen.get() & SEEN_LF == 0 && contains(text, '\n') {
                self.seen.set(self.seen.get() | SEEN_LF);
            }
            return Ok(text);
        }
        let mut chars: Vec<u32> = Vec::new();
        chars.try_reserve(text.len() + 1).map_err(|_| crate::error::memory_error())?;
        if had_cr && (text.len() > 0 || is_final) {
            chars.push('\r' as u32);
            self.pending_cr.set(false);
        }
        chars.extend(text.iter());
        if !is_final && chars.last() == Some(&('\r' as u32)) {
            chars.pop();
            self.pending_cr.set(true);
        }
        let mut seen = self.seen.get();
        let mut out = Vec::with_capacity(chars.len());
        let mut rest = chars.iter().copied().peekable();
        while let Some(c) = rest.next() {
            if c == '\n' as u32 {
                seen |= SEEN_LF;
                out.push(c);
            } else if c == '\r' as u32 {
                let is_pair = rest.next_if_eq(&('\n' as u32)).is_some();
                seen |= if is_pair { SEEN_CRLF } else { SEEN_CR };
                if self.is_translating.get() {
                    out.push('\n' as u32);
                } else {
                    out.push(c);
                    if is_pair {
                        out.push('\n' as u32);
                    }
                }
            } else {
                out.push(c);
            }
        }
        self.seen.set(seen);
        Ok(str::from_code_points(&out))
    }
    /// `newlines`: None, one, or a tuple.
    pub fn seen(&self) -> Value {
        let all = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let seen: Vec<Value> =
            all.iter().filter(|(bit, _)| self.seen.get() & bit != 0).map(|(_, text)| str::new(text).value()).collect();
        match seen.as_slice() {
            [] => NONE,
            [one] => *one,
            many => Tuple::from_slice(many).value(),
        }
    }
    pub fn reset(&self) {
        self.pending_cr.set(false);
        self.seen.set(0);
    }
}

fn contains(text: Gc<Str>, c: char) -> bool {
    find(text.chars(), c as u32, 0).is_some()
}
fn find(chars: Chars<'_>, c: u32, from: usize) -> Option<usize> {
    match chars {
        Chars::Narrow(chars) => memchr::memchr(c as u8, chars.get(from..)?).map(|at| from + at),
        Chars::Wide(chars) => chars.get(from..)?.iter().position(|own| *own == c).map(|at| from + at),
    }
}
fn at(chars: Chars<'_>, index: usize) -> Option<u32> {
    match chars {
        Chars::Narrow(chars) => chars.get(index).map(|c| *c as u32),
        Chars::Wide(chars) => chars.get(index).copied(),
    }
}
fn len(chars: Chars<'_>) -> usize {
    match chars {
        Chars::Narrow(chars) => chars.len(),
        Chars::Wide(chars) => chars.len(),
    }
}

/// How a stream finds the ends of its lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// "\n", or all of them translated to it.
    Lf,
    /// "\n", "\r" and "\r\n", untranslated.
    Universal,
    Cr,
    CrLf,
}

impl Ending {
    /// Where the first line from `start` ends (behind its newline). Err: where a search may go on when there is more text.
    pub fn find(self, chars: Chars<'_>, start: usize) -> Result<usize, usize> {
        match self {
            Ending::Lf => find(chars, '\n' as u32, start).map(|at| at + 1).ok_or(len(chars)),
            Ending::Cr => find(chars, '\r' as u32, start).map(|at| at + 1).ok_or(len(chars)),
            Ending::CrLf => {
                let mut from = start;
                while let Some(place) = find(chars, '\r' as u32, from) {
                    match at(chars, place + 1) {
                        Some(next) if next == '\n' as u32 => return Ok(place + 2),
                        Some(_) => from = place + 1,
                        None => return Err(place),
                    }
                }
                Err(len(chars))
            }
            Ending::Universal => {
                let lf = find(chars, '\n' as u32, start);
                match (find(chars, '\r' as u32, start), lf) {
                    (Some(cr), Some(lf)) if lf < cr => Ok(lf + 1),
                    (Some(cr), _) => Ok(if at(chars, cr + 1) == Some('\n' as u32) { cr + 2 } else { cr + 1 }),
                    (None, Some(lf)) => Ok(lf + 1),
                    (None, None) => Err(len(chars)),
                }
            }
        }
    }
}

/// A `newline=` argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// None: any newline reads as "\n".
    Translated,
    /// "": any newline, as it is.
    Any,
    Lf,
    Cr,
    CrLf,
}

impl Mode {
    /// `None` for an illegal one.
    pub fn named(text: Option<&str>) -> Option<Mode> {
        Some(match text {
            None => Mode::Translated,
            Some("") => Mode::Any,
            Some("\n") => Mode::Lf,
            Some("\r") => Mode::Cr,
            Some("\r\n") => Mode::CrLf,
            Some(_) => return None,
        })
    }
    pub fn argument(value: Value, function: &str) -> R<Mode> {
        let text = match ops::given(value) {
            None => None,
            Some(value) => match value.downcast::<Str>() {
                Some(text) => Some((value, text.to_string_lossy())),
                None => return Err(type_error(format!("{function} must be str or None, not {}", type_name(value)))),
            },
        };
        match Mode::named(text.as_ref().map(|(_, text)| text.as_str())) {
            Some(mode) => Ok(mode),
            None => {
                // CPython's StringIO shows the repr, its TextIOWrapper the text.
                let shown = match text {
                    Some((value, _)) if function == "newline" => ops::repr_string(value)?,
                    text => text.map_or(String::new(), |(_, text)| text),
                };
                Err(value_error(format!("illegal newline value: {shown}")))
            }
        }
    }
    pub fn is_universal(self) -> bool {
        matches!(self, Mode::Translated | Mode::Any)
    }
    pub fn ending(self) -> Ending {
        match self {
            Mode::Translated | Mode::Lf => Ending::Lf,
            Mode::Any => Ending::Universal,
            Mode::Cr => Ending::Cr,
            Mode::CrLf => Ending::CrLf,
        }
    }
    /// What a written "\n" becomes, where it becomes something else.
    pub fn written(self) -> Option<&'static str> {
        match self {
            Mode::Cr => Some("\r"),
            Mode::CrLf => Some("\r\n"),
            _ => None,
        }
    }
}

/// `text.replace("\n", newline)`.
pub fn with_newlines(text: Gc<Str>, newline: &str) -> Gc<Str> {
    if !contains(text, '\n') {
        return text;
    }
    let mut out = Vec::with_capacity(text.len() + 8);
    for c in text.iter() {
        if c == '\n' as u32 {
            out.extend(newline.chars().map(u32::from));
        } else {
            out.push(c);
        }
    }
    str::from_code_points(&out)
}
pub fn has_newline(text: Gc<Str>) -> bool {
    contains(text, '\n')
}
pub fn has_cr(text: Gc<Str>) -> bool {
    contains(text, '\r')
}

// -- IncrementalNewlineDecoder -----------------------------------------------------------

struct Decoder {
    inner: Cell<Value>,
    errors: Cell<Value>,
    state: Newlines,
}
traced!(Decoder: inner, errors);

pub fn fill(class: Gc<Class>) {
    class.doc.set(
        "Codec used when reading a file in universal newlines mode.\n\nIt wraps another incremental decoder, translating \\r\\n and \\r into \\n.",
    );
    class.slots.new.set(Some(|class, _| {
        let object = Decoder { inner: Cell::new(NONE), errors: Cell::new(NONE), state: Newlines::default() };
        Ok(Native::new(class, object).value())
    }));
    class.slots.init.set(Some(init));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

fn init(value: Value, args: Args<'_>) -> R<()> {
    static PARAMS: Params = Params::new("IncrementalNewlineDecoder", "(decoder, translate, errors='strict')");
    let [inner, translate, errors] = PARAMS.bind::<3>(args)?;
    let this = of::<Decoder>(value)?;
    this.state.is_translating.set(ops::truth(translate)?);
    this.state.reset();
    store(value, &this.inner, inner);
    store(value, &this.errors, ops::or_none(errors));
    Ok(())
}

#[rustfmt::skip]
static METHODS: [NativeFunction; 4] = [
    native_method("decode", "($self, /, input, final=False)", decode, ""),
    native_method("getstate", "($self, /)", getstate, ""),
    native_method("setstate", "($self, state, /)", setstate, ""),
    native_method("reset", "($self, /)", reset, ""),
];
static ATTRIBUTES: [NativeAttribute; 1] = [getset("newlines", |v| Ok(of::<Decoder>(v)?.state.seen()), None, "")];

fn decode(args: &[Value]) -> R {
    let this = of::<Decoder>(args[0])?;
    let is_final = args[2].option().map_or(Ok(false), ops::truth)?;
    let inner = this.inner.get();
    let decoded = if inner.is_none() { args[1] } else { method(inner, "decode", &[args[1], Value::bool(is_final)])? };
    match decoded.downcast::<Str>() {
        Some(text) => this.state.decode(text, is_final).map(Gc::value),
        None => Err(type_error(format!("decoder should return a string result, not '{}'", type_name(decoded)))),
    }
}
fn getstate(args: &[Value]) -> R {
    let this = of::<Decoder>(args[0])?;
    let (buffer, flag) = match this.inner.get() {
        NONE => (super::new_bytes(b"")?, 0),
        inner => {
            let state = method(inner, "getstate", &[])?;
            let Some(state) = state.downcast::<Tuple>().filter(|state| state.len() == 2) else {
                return Err(type_error("illegal decoder state"));
            };
            (state.at(0), int::index_to_i64(state.at(1))?)
        }
    };
    let flag = flag.wrapping_shl(1) | this.state.pending_cr.get() as i64;
    Ok(Tuple::from_slice(&[buffer, Value::int(flag)]).value())
}
fn setstate(args: &[Value]) -> R {
    let this = of::<Decoder>(args[0])?;
    let Some(state) = args[1].downcast::<Tuple>() else { return Err(type_error("state argument must be a tuple")) };
    if state.len() != 2 {
        return Err(type_error("setstate(): illegal state argument"));
    }
    let flag = int::index_to_i64(state.at(1))?;
    this.state.pending_cr.set(flag & 1 != 0);
    match this.inner.get() {
        NONE => Ok(NONE),
        inner => method(inner, "setstate", &[Tuple::from_slice(&[state.at(0), Value::int(flag >> 1)]).value()]),
    }
}
fn reset(args: &[Value]) -> R {
    let this = of::<Decoder>(args[0])?;
    this.state.reset();
    match this.inner.get() {
        NONE => Ok(NONE),
        inner => method(inner, "reset", &[]),
    }
}
