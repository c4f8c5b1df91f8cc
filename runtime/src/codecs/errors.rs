//! What to do with what cannot be encoded or decoded: the named handlers, and those that Python
//! registered.

use super::{Order, registry};
use crate::error::{R, Raised, index_error, type_error};
use crate::object::Gc;
use crate::objects::bytes::{self, Bytes};
use crate::objects::int;
use crate::objects::str::{self, Str, StrBuilder};
use crate::objects::str_slots::push_escape;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::unicode;
use crate::value::Value;
use crate::vm::types;
use core::cell::Cell;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    /// A callable of Python.
    Custom(Value),
}

/// The `errors` argument; the handler is looked up at the first error.
pub struct Errors {
    /// NULL or a str.
    name: Value,
    found: Cell<Option<Handler>>,
}

impl Handler {
    pub fn named(name: &Str) -> Option<Handler> {
        Some(match name.as_ascii()? {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            _ => return None,
        })
    }
}

impl Errors {
    pub fn new(name: Value) -> Errors {
        Errors { name, found: Cell::new(None) }
    }
    pub fn strict() -> Errors {
        Errors { name: crate::value::NULL, found: Cell::new(Some(Handler::Strict)) }
    }
    fn handler(&self) -> R<Handler> {
        if let Some(handler) = self.found.get() {
            return Ok(handler);
        }
        let handler = match self.name.downcast::<Str>() {
            None => Handler::Strict,
            Some(name) => match Handler::named(&name) {
                Some(handler) => handler,
                None => Handler::Custom(registry::error_handler(name)?),
            },
        };
        self.found.set(Some(handler));
        Ok(handler)
    }
}

/// The form in which "surrogatepass" reads and writes surrogates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavor {
    /// One byte units, no surrogates.
    Other,
    Utf8,
    Utf16(Order),
    Utf32(Order),
}

impl Flavor {
    fn of(encoding: &str) -> Flavor {
        let name = super::normalize(encoding);
        let order = |rest: &str| match rest {
            "" => Some(Order::Little),
            "_le" | "le" => Some(Order::Little),
            "_be" | "be" => Some(Order::Big),
            _ => None,
        };
        let rest = name
            .strip_prefix("utf")
            .map(|rest| rest.strip_prefix('_').unwrap_or(rest))
            .unwrap_or("?");
        if rest == "8" {
            return Flavor::Utf8;
        }
        if let Some(order) = rest.strip_prefix("16").and_then(order) {
            return Flavor::Utf16(order);
        }
        rest.strip_prefix("32").and_then(order).map_or(Flavor::Other, Flavor::Utf32)
    }
    fn write(self, c: u32, out: &mut Vec<u8>) {
        match self {
            Flavor::Other => {}
            Flavor::Utf8 => str::push_utf8(out, c),
            Flavor::Utf16(Order::Big) => out.extend_from_slice(&(c as u16).to_be_bytes()),
            Flavor::Utf16(_) => out.extend_from_slice(&(c as u16).to_le_bytes()),
            Flavor::Utf32(Order::Big) => out.extend_from_slice(&c.to_be_bytes()),
            Flavor::Utf32(_) => out.extend_from_slice(&c.to_le_bytes()),
        }
    }
    /// A surrogate at the start of `input`, with its length in bytes.
    fn read(self, input: &[u8]) -> Option<(u32, usize)> {
        let (c, len) = match (self, input) {
            (Flavor::Utf8, &[a @ 0xE0..=0xEF, b @ 0x80..=0xBF, c @ 0x80..=0xBF, ..]) => {
                ((a as u32 & 15) << 12 | (b as u32 & 63) << 6 | (c as u32 & 63), 3)
            }
            (Flavor::Utf16(Order::Big), &[a, b, ..]) => (u16::from_be_bytes([a, b]) as u32, 2),
            (Flavor::Utf16(_), &[a, b, ..]) => (u16::from_le_bytes([a, b]) as u32, 2),
            (Flavor::Utf32(Order::Big), &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
            (Flavor::Utf32(_), &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
            _ => return None,
        };
        is_surrogate(c).then_some((c, len))
    }
}

pub fn is_surrogate(c: u32) -> bool {
    (0xD800..0xE000).contains(&c)
}

// -- encoding ---------------------------------------------------------------------------

/// The characters `start..end` of `text` cannot be encoded.
#[derive(Clone, Copy)]
pub struct EncodeError {
    pub encoding: &'static str,
    pub flavor: Flavor,
    pub text: Gc<Str>,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

impl EncodeError {
    pub fn raise(&self) -> Raised {
        let args = [
            str::new(self.encoding).value(),
            self.text.value(),
            Value::int(self.start as i64),
            Value::int(self.end as i64),
            str::new(self.reason).value(),
        ];
        Raised::with_args(types().unicode_encode_error, &args)
    }

    /// Writes the replacement; answers where to go on. `put` encodes one character, or says that it
    /// cannot.
    pub fn handle(
        mut self,
        errors: &Errors,
        out: &mut Vec<u8>,
        put: &dyn Fn(u32, &mut Vec<u8>) -> bool,
    ) -> R<usize> {
        let handler = errors.handler()?;
        match handler {
            Handler::Strict => Err(self.raise()),
            Handler::SurrogateEscape => {
                while self.start < self.end
                    && let c @ 0xDC80..=0xDCFF = self.text.char_at(self.start)
                    && matches!(self.flavor, Flavor::Other | Flavor::Utf8)
                {
                    out.push(c as u8);
                    self.start += 1;
                }
                if self.start < self.end { Err(self.raise()) } else { Ok(self.end) }
            }
            Handler::SurrogatePass => {
                let is_surrogates =
                    (self.start..self.end).all(|i| is_surrogate(self.text.char_at(i)));
                if self.flavor == Flavor::Other || !is_surrogates {
                    return Err(self.raise());
                }
                (self.start..self.end).for_each(|i| self.flavor.write(self.text.char_at(i), out));
                Ok(self.end)
            }
            Handler::Custom(function) => self.custom(function, out, put),
            _ => {
                let text = replacement(handler, self.text, self.start, self.end)?;
                self.put_text(text, out, put)?;
                Ok(self.end)
            }
        }
    }

    fn put_text(
        &self,
        text: Gc<Str>,
        out: &mut Vec<u8>,
        put: &dyn Fn(u32, &mut Vec<u8>) -> bool,
    ) -> R<()> {
        if text.iter().all(|c| put(c, out)) { Ok(()) } else { Err(self.raise()) }
    }

    fn custom(
        &self,
        function: Value,
        out: &mut Vec<u8>,
        put: &dyn Fn(u32, &mut Vec<u8>) -> bool,
    ) -> R<usize> {
        let result = ops::call_positional(function, &[self.raise().value()])?;
        let wrong = || type_error("encoding error handler must return (str/bytes, int) tuple");
        let (replacement, position) = pair(result).ok_or_else(wrong)?;
        if let Some(text) = replacement.downcast::<Str>() {
            let at = new_position(position, self.text.len())?;
            self.put_text(text, out, put)?;
            return Ok(at);
        }
        let Some(raw) = replacement.downcast::<Bytes>() else { return Err(wrong()) };
        let at = new_position(position, self.text.len())?;
        let unit = match self.flavor {
            Flavor::Utf16(_) => 2,
            Flavor::Utf32(_) => 4,
            _ => 1,
        };
        if raw.len() % unit != 0 {
            return Err(self.raise());
        }
        out.extend_from_slice(raw.as_slice());
        Ok(at)
    }
}

/// The text that a handler other than strict and the surrogate ones puts for characters.
fn replacement(handler: Handler, text: Gc<Str>, start: usize, end: usize) -> R<Gc<Str>> {
    let mut builder = StrBuilder::new();
    for i in start..end {
        let c = text.char_at(i);
        match handler {
            Handler::Replace => builder.push('?' as u32),
            Handler::BackslashReplace => push_escape(&mut builder, c),
            Handler::XmlCharRefReplace => builder.push_str(&format!("&#{c};")),
            Handler::NameReplace => match unicode::names::name(c) {
                Some(name) => builder.push_str(&format!("\\N{{{name}}}")),
                None => push_escape(&mut builder, c),
            },
            _ => {}
        }
    }
    builder.finish()
}

fn pair(result: Value) -> Option<(Value, Value)> {
    let pair = result.downcast::<Tuple>().filter(|pair| pair.len() == 2)?;
    int::is_any_int(pair.at(1)).then(|| (pair.at(0), pair.at(1)))
}

fn new_position(position: Value, len: usize) -> R<usize> {
    let at = ops::index_isize(position)?.ok_or_else(|| {
        crate::error::overflow_error("Python int too large to convert to C ssize_t")
    })?;
    let moved = if at < 0 { at.saturating_add(len as isize) } else { at };
    if moved < 0 || moved as usize > len {
        return Err(index_error(format!("position {at} from error handler out of bounds")));
    }
    Ok(moved as usize)
}

// -- decoding ---------------------------------------------------------------------------

/// The bytes `start..end` of `input` cannot be decoded.
pub struct DecodeError<'a> {
    pub encoding: &'static str,
    pub flavor: Flavor,
    pub input: &'a [u8],
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

impl DecodeError<'_> {
    pub fn raise(&self) -> Raised {
        let args = [
            str::new(self.encoding).value(),
            bytes::new(self.input).value(),
            Value::int(self.start as i64),
            Value::int(self.end as i64),
            str::new(self.reason).value(),
        ];
        Raised::with_args(types().unicode_decode_error, &args)
    }

    /// Pushes the replacement; answers where to go on.
    pub fn handle(&self, errors: &Errors, out: &mut StrBuilder) -> R<usize> {
        match errors.handler()? {
            Handler::Strict => Err(self.raise()),
            Handler::Ignore => Ok(self.end),
            Handler::Replace => {
                out.push(0xFFFD);
                Ok(self.end)
            }
            Handler::BackslashReplace => {
                self.input[self.start..self.end].iter().for_each(|&b| push_escape(out, b as u32));
                Ok(self.end)
            }
            Handler::SurrogateEscape => {
                let escaped =
                    self.input[self.start..self.end].iter().take(4).take_while(|&&b| b >= 0x80);
                let count = escaped.map(|&b| out.push(0xDC00 + b as u32)).count();
                if count == 0 { Err(self.raise()) } else { Ok(self.start + count) }
            }
            Handler::SurrogatePass => match self.flavor.read(&self.input[self.start..]) {
                Some((c, len)) => {
                    out.push(c);
                    Ok(self.start + len)
                }
                None => Err(self.raise()),
            },
            Handler::XmlCharRefReplace | Handler::NameReplace => {
                Err(type_error("don't know how to handle UnicodeDecodeError in error callback"))
            }
            Handler::Custom(function) => {
                let result = ops::call_positional(function, &[self.raise().value()])?;
                let wrong = || type_error("decoding error handler must return (str, int) tuple");
                let (replacement, position) = pair(result).ok_or_else(wrong)?;
                let text = replacement.downcast::<Str>().ok_or_else(wrong)?;
                let at = new_position(position, self.input.len())?;
                out.push_gc(text);
                Ok(at)
            }
        }
    }
}

// -- handlers as Python functions ----------------------------------------------------------

/// What `codecs.lookup_error(name)(exception)` answers: `(replacement, position)`.
pub fn call_handler(handler: Handler, exception: Value) -> R {
    let Some(raised) = exception.downcast::<crate::objects::exception::Exception>().map(Raised)
    else {
        return Err(wrong_exception(exception));
    };
    if handler == Handler::Strict {
        return Err(raised);
    }
    let is_encode = raised.is(types().unicode_encode_error);
    let is_decode = raised.is(types().unicode_decode_error);
    let is_translate = raised.is(types().unicode_translate_error);
    if !is_encode && !is_decode && !is_translate {
        return Err(wrong_exception(exception));
    }
    let attribute = |name| ops::getattr(exception, crate::vm::intern(name));
    let number = |name| Ok(ops::index_isize(attribute(name)?)?.unwrap_or(0).max(0) as usize);
    let (start, end, object) = (number("start")?, number("end")?, attribute("object")?);
    if is_decode {
        return call_decode_handler(handler, raised, start, end, object);
    }
    let Some(text) = object.downcast::<Str>() else { return Err(wrong_exception(exception)) };
    let end = end.min(text.len());
    let start = start.min(end);
    let done =
        |value: Value, at: usize| Ok(Tuple::from_slice(&[value, Value::int(at as i64)]).value());
    match handler {
        Handler::Ignore => done(str::empty().value(), end),
        Handler::Replace if is_translate => {
            done(str::from_code_points(&vec![0xFFFD; end - start]).value(), end)
        }
        Handler::SurrogatePass | Handler::SurrogateEscape if is_encode => {
            let encoding = ops::str_string(attribute("encoding")?)?;
            let flavor = Flavor::of(&encoding);
            let mut out = Vec::new();
            for i in start..end {
                let c = text.char_at(i);
                match handler {
                    Handler::SurrogateEscape if (0xDC80..=0xDCFF).contains(&c) => out.push(c as u8),
                    Handler::SurrogatePass if is_surrogate(c) && flavor != Flavor::Other => {
                        flavor.write(c, &mut out)
                    }
                    _ => return Err(raised),
                }
            }
            done(bytes::new(&out).value(), end)
        }
        Handler::Replace | Handler::BackslashReplace => {
            done(replacement(handler, text, start, end)?.value(), end)
        }
        Handler::XmlCharRefReplace | Handler::NameReplace if is_encode => {
            done(replacement(handler, text, start, end)?.value(), end)
        }
        _ => Err(wrong_exception(exception)),
    }
}

fn call_decode_handler(
    handler: Handler,
    raised: Raised,
    start: usize,
    end: usize,
    object: Value,
) -> R {
    let Some(input) = object.downcast::<Bytes>() else {
        return Err(wrong_exception(raised.value()));
    };
    let encoding = ops::str_string(ops::getattr(raised.value(), crate::vm::intern("encoding"))?)?;
    let end = end.min(input.len());
    let error = DecodeError {
        encoding: "",
        flavor: Flavor::of(&encoding),
        input: input.as_slice(),
        start: start.min(end),
        end,
        reason: "",
    };
    let mut out = StrBuilder::new();
    let errors = Errors { name: crate::value::NULL, found: Cell::new(Some(handler)) };
    match error.handle(&errors, &mut out) {
        Ok(at) => Ok(Tuple::from_slice(&[out.finish_value()?, Value::int(at as i64)]).value()),
        Err(other) if other.is(types().unicode_decode_error) => Err(raised),
        Err(other) => Err(other),
    }
}

fn wrong_exception(exception: Value) -> Raised {
    let name = crate::vm::type_name(exception);
    type_error(format!("don't know how to handle {name} in error callback"))
}
