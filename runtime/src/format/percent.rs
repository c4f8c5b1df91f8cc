//! `%` of str and bytes (PEP 461). Not here: format specs of `format()`.

use crate::error::{R, Raised, overflow_error, type_error, value_error};
use crate::format::number::{percent_float, percent_int};
use crate::object::Gc;
use crate::objects::bytes::{self, Bytes};
use crate::objects::str::{self, Chars, Str, StrBuilder};
use crate::objects::str_slots::ascii;
use crate::objects::tuple::Tuple;
use crate::objects::{float, int};
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, type_name};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Str,
    Bytes,
}

/// `format % values` of a str.
pub fn format_str(format: Gc<Str>, values: Value) -> R<Gc<Str>> {
    if !has_directive(&format) && values == Tuple::empty().value() {
        return Ok(str::exact(format));
    }
    Formatter::new(format, values, Target::Str).run()
}

fn has_directive(format: &Str) -> bool {
    format.iter().any(|c| c == '%' as u32)
}

/// The result for a bytes or bytearray format, which the caller hands over as a slice.
pub fn format_bytes(format: &[u8], values: Value) -> R<Gc<Bytes>> {
    let text = Formatter::new(str::from_latin1(format), values, Target::Bytes).run()?;
    match text.chars() {
        Chars::Narrow(narrow) => bytes::try_new(narrow),
        Chars::Wide(_) => Err(crate::error::system_error("a bytes format gave wide characters")),
    }
}

struct Formatter {
    format: Gc<Str>,
    at: usize,
    target: Target,
    /// What `%(key)s` looks in; NULL when the values are no mapping.
    mapping: Value,
    args: Args,
    out: StrBuilder,
}

enum Args {
    Tuple(Gc<Tuple>, usize),
    /// One value; false once it is used.
    One(Value, bool),
}

#[derive(Default)]
struct Directive {
    left: bool,
    sign: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
    conversion: u32,
}

impl Formatter {
    fn new(format: Gc<Str>, values: Value, target: Target) -> Formatter {
        let is_text = match target {
            Target::Str => values.is::<Str>(),
            Target::Bytes => {
                values.is::<Str>()
                    || values.is::<Bytes>()
                    || values.is::<crate::objects::bytearray::ByteArray>()
            }
        };
        let is_mapping =
            !values.is::<Tuple>() && !is_text && class_of(values).slots.getitem.get().is_some();
        let args = match values.downcast::<Tuple>() {
            Some(tuple) => Args::Tuple(tuple, 0),
            None => Args::One(values, true),
        };
        let mapping = if is_mapping { values } else { crate::value::NULL };
        Formatter {
            format,
            at: 0,
            target,
            mapping,
            args,
            out: StrBuilder::with_capacity(format.len() + 16),
        }
    }

    fn peek(&self) -> Option<u32> {
        if self.at < self.format.len() { Some(self.format.char_at(self.at)) } else { None }
    }

    fn run(mut self) -> R<Gc<Str>> {
        while self.at < self.format.len() {
            let start = self.at;
            let literal = self.format.iter().skip(start).position(|c| c == '%' as u32);
            self.at = literal.map_or(self.format.len(), |len| start + len);
            self.out.push_slice(self.format, start, self.at);
            if literal.is_none() {
                break;
            }
            self.at += 1;
            if self.peek() == Some('%' as u32) {
                self.at += 1;
                self.out.push('%' as u32);
                continue;
            }
            self.directive()?;
        }
        let is_done = match self.args {
            Args::Tuple(tuple, used) => used >= tuple.len(),
            Args::One(_, is_left) => !is_left,
        };
        if !is_done && self.mapping.is_null() {
            let what = if self.target == Target::Str { "string" } else { "bytes" };
            return Err(type_error(format!(
                "not all arguments converted during {what} formatting"
            )));
        }
        self.out.finish()
    }

    fn next_arg(&mut self) -> R {
        let next = match &mut self.args {
            Args::Tuple(tuple, used) => {
                *used += 1;
                tuple.items().get(*used - 1).copied()
            }
            Args::One(value, is_left) => core::mem::take(is_left).then_some(*value),
        };
        next.ok_or_else(|| type_error("not enough arguments for format string"))
    }

    fn directive(&mut self) -> R<()> {
        if self.peek() == Some('(' as u32) {
            self.key()?;
        }
        let mut directive = Directive::default();
        while let Some(c) = self.peek() {
            match char::from_u32(c) {
                Some('-') => directive.left = true,
                Some('+') => directive.sign = true,
                Some(' ') => directive.blank = true,
                Some('#') => directive.alternate = true,
                Some('0') => directive.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        self.width(&mut directive)?;
        self.precision(&mut directive)?;
        if self.peek().is_some_and(|c| matches!(char::from_u32(c), Some('h' | 'l' | 'L'))) {
            self.at += 1;
        }
        let Some(conversion) = self.peek() else { return Err(value_error("incomplete format")) };
        directive.conversion = conversion;
        self.at += 1;
        let value = self.next_arg()?;
        self.convert(&directive, value)
    }

    /// `(key)`: the value is looked up in the mapping.
    fn key(&mut self) -> R<()> {
        if self.mapping.is_null() {
            return Err(type_error("format requires a mapping"));
        }
        self.at += 1;
        let (start, mut depth) = (self.at, 1);
        loop {
            let Some(c) = self.peek() else { return Err(value_error("incomplete format key")) };
            self.at += 1;
            match char::from_u32(c) {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        let key = str::substring(self.format, start, self.at - 1 - start);
        let key = match (self.target, key.chars()) {
            (Target::Bytes, Chars::Narrow(narrow)) => bytes::new(narrow).value(),
            _ => key.value(),
        };
        self.args = Args::One(ops::getitem(self.mapping, key)?, true);
        Ok(())
    }

    fn width(&mut self, directive: &mut Directive) -> R<()> {
        if self.peek() == Some('*' as u32) {
            self.at += 1;
            let width = self.star("C ssize_t", isize::MAX as i64)?;
            directive.left |= width < 0;
            directive.width = width.unsigned_abs() as usize;
            return Ok(());
        }
        directive.width = self.digits("width too big", isize::MAX as usize)?;
        Ok(())
    }
    fn precision(&mut self, directive: &mut Directive) -> R<()> {
        if self.peek() != Some('.' as u32) {
            return Ok(());
        }
        self.at += 1;
        directive.precision = Some(if self.peek() == Some('*' as u32) {
            self.at += 1;
            self.star("C int", i32::MAX as i64)?.max(0) as usize
        } else {
            self.digits("precision too big", i32::MAX as usize)?
        });
        Ok(())
    }
    fn star(&mut self, c_type: &str, most: i64) -> R<i64> {
        let value = self.next_arg()?;
        if !int::is_any_int(value) {
            return Err(type_error("* wants int"));
        }
        match int::to_i64(value).filter(|&i| i <= most && i >= -most - 1) {
            Some(i64::MIN) => Ok(-i64::MAX),
            Some(i) => Ok(i),
            None => Err(overflow_error(format!("Python int too large to convert to {c_type}"))),
        }
    }
    fn digits(&mut self, message: &str, most: usize) -> R<usize> {
        let mut number = 0_usize;
        while let Some(digit) =
            self.peek().and_then(|c| char::from_u32(c)).and_then(|c| c.to_digit(10))
        {
            let grown = number.checked_mul(10).and_then(|n| n.checked_add(digit as usize));
            number = grown.filter(|&n| n <= most).ok_or_else(|| value_error(message))?;
            self.at += 1;
        }
        Ok(number)
    }

    fn convert(&mut self, directive: &Directive, value: Value) -> R<()> {
        let conversion = u8::try_from(directive.conversion).unwrap_or(0);
        match conversion {
            b's' | b'b' | b'r' | b'a' if self.target == Target::Bytes => {
                let view = match conversion {
                    b's' | b'b' => bytes_for_format(value)?,
                    _ => ascii(value)?,
                };
                self.text(directive, view)
            }
            b's' if str::is_exact(value)
                && directive.width == 0
                && directive.precision.is_none() =>
            {
                self.out.push_gc(value.cast());
                Ok(())
            }
            b's' => self.text(directive, ops::str(value)?),
            b'r' => self.text(directive, ops::repr(value)?),
            b'a' => self.text(directive, ascii(value)?),
            b'd' | b'i' | b'u' | b'o' | b'x' | b'X' => {
                let number = integer(conversion, value)?;
                if number.is_int()
                    && matches!(conversion, b'd' | b'i' | b'u')
                    && directive.width == 0
                    && directive.precision.is_none()
                    && !directive.sign
                    && !directive.blank
                {
                    self.out.push_int(number.unbox_int());
                    return Ok(());
                }
                let text =
                    percent_int(number, conversion, directive.alternate, directive.precision)?;
                self.number(directive, &text)
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
                let text = self.float(directive, conversion, value)?;
                self.number(directive, &text)
            }
            b'c' => {
                let text =
                    if self.target == Target::Str { character(value)? } else { byte(value)? };
                self.text(directive, text)
            }
            _ => Err(self.unsupported(directive.conversion)),
        }
    }

    #[cold]
    fn unsupported(&self, c: u32) -> Raised {
        let shown = match (self.target, c) {
            (Target::Bytes, _) => (c as u8 as char).to_string(),
            (_, 32..=126) => (c as u8 as char).to_string(),
            _ => "?".to_string(),
        };
        value_error(format!(
            "unsupported format character '{shown}' ({c:#x}) at index {}",
            self.at - 1
        ))
    }

    fn text(&mut self, directive: &Directive, text: Gc<Str>) -> R<()> {
        let is_character = directive.conversion == 'c' as u32;
        let len =
            text.len().min(directive.precision.filter(|_| !is_character).unwrap_or(usize::MAX));
        let margin = directive.width.saturating_sub(len);
        let (left, right) = if directive.left { (0, margin) } else { (margin, 0) };
        self.out.push_repeat(' ' as u32, left)?;
        self.out.push_slice(text, 0, len);
        self.out.push_repeat(' ' as u32, right)
    }

    /// Sign, base prefix and zeros of a number whose text may begin with `-` and `0x`.
    fn number(&mut self, directive: &Directive, text: &str) -> R<()> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None if directive.sign => ("+", text),
            None if directive.blank => (" ", text),
            None => ("", text),
        };
        let is_based = directive.alternate
            && matches!(char::from_u32(directive.conversion), Some('x' | 'X' | 'o'));
        let (prefix, digits) = rest.split_at(if is_based { 2 } else { 0 });
        let margin = directive.width.saturating_sub(sign.len() + rest.len());
        let zeros = if directive.zero && !directive.left { margin } else { 0 };
        let (left, right) = if directive.left { (0, margin) } else { (margin - zeros, 0) };
        self.out.push_repeat(' ' as u32, left)?;
        self.out.push_latin1(sign.as_bytes());
        self.out.push_latin1(prefix.as_bytes());
        self.out.push_repeat('0' as u32, zeros)?;
        self.out.push_latin1(digits.as_bytes());
        self.out.push_repeat(' ' as u32, right)
    }

    fn float(&self, directive: &Directive, conversion: u8, value: Value) -> R<String> {
        let number = match float::view(value) {
            Some(number) => Some(number),
            None => float::convert(value)?,
        };
        let Some(number) = number else {
            return Err(type_error(match self.target {
                Target::Str => format!("must be real number, not {}", type_name(value)),
                Target::Bytes => format!("float argument required, not {}", type_name(value)),
            }));
        };
        percent_float(number, conversion, directive.alternate, directive.precision)
    }
}

// -- numbers --------------------------------------------------------------------------

/// The int for `%d` and its like.
fn integer(conversion: u8, value: Value) -> R {
    if int::is_any_int(value) {
        return Ok(value);
    }
    let is_based = matches!(conversion, b'o' | b'x' | b'X');
    let slots = &class_of(value).slots;
    let result = if is_based {
        if slots.index.get().is_some() { Some(ops::index(value)?) } else { None }
    } else if let Some(slot) = slots.int.get().or(slots.index.get()) {
        Some(slot(value)?)
    } else {
        None
    };
    match result {
        Some(number) if int::is_any_int(number) => Ok(number),
        Some(number) => {
            Err(type_error(format!("__int__ returned non-int (type {})", type_name(number))))
        }
        None => {
            let wanted = if is_based { "an integer" } else { "a real number" };
            let found = type_name(value);
            Err(type_error(format!(
                "%{} format: {wanted} is required, not {found}",
                conversion as char
            )))
        }
    }
}

// -- characters -----------------------------------------------------------------------

fn character(value: Value) -> R<Gc<Str>> {
    if let Some(text) = value.downcast::<Str>() {
        if text.len() == 1 {
            return Ok(text);
        }
        let len = text.len();
        return Err(type_error(format!(
            "%c requires an int or a unicode character, not a string of length {len}"
        )));
    }
    if !int::is_any_int(value) && class_of(value).slots.index.get().is_none() {
        return Err(type_error(format!(
            "%c requires an int or a unicode character, not {}",
            type_name(value)
        )));
    }
    match int::to_i64(ops::index(value)?) {
        Some(c @ 0..=0x10FFFF) => Ok(str::from_char(c as u32)),
        _ => Err(overflow_error("%c arg not in range(0x110000)")),
    }
}

fn byte(value: Value) -> R<Gc<Str>> {
    let wanted = "%c requires an integer in range(256) or a single byte";
    if value.is::<Bytes>() || value.is::<crate::objects::bytearray::ByteArray>() {
        let what = if value.is::<Bytes>() { "bytes" } else { "bytearray" };
        let view = crate::objects::buffer::view(value)?;
        let slice = view.as_slice();
        if slice.len() != 1 {
            return Err(type_error(format!(
                "{wanted}, not a {what} object of length {}",
                slice.len()
            )));
        }
        return Ok(str::from_latin1(slice));
    }
    if !int::is_any_int(value) && class_of(value).slots.index.get().is_none() {
        return Err(type_error(format!("{wanted}, not {}", type_name(value))));
    }
    match int::to_i64(ops::index(value)?) {
        Some(c @ 0..=255) => Ok(str::from_latin1(&[c as u8])),
        _ => Err(overflow_error("%c arg not in range(256)")),
    }
}

/// `%b`: bytes-like, or with `__bytes__`; as Latin-1.
fn bytes_for_format(value: Value) -> R<Gc<Str>> {
    if let Some(view) = crate::objects::buffer::as_bytes(value)? {
        return Ok(str::from_latin1(view.as_slice()));
    }
    if let Some(result) = ops::call_special(value, crate::vm::names().__bytes__, &[])? {
        let Some(result) = result.downcast::<Bytes>() else {
            return Err(type_error(format!(
                "__bytes__ returned non-bytes (type {})",
                type_name(result)
            )));
        };
        return Ok(str::from_latin1(result.as_slice()));
    }
    Err(type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        type_name(value)
    )))
}
