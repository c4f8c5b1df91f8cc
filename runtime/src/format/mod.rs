//! Formatting: format specs for text here; `%` (`percent.rs`), `str.format` (`template.rs`), numbers (`number.rs`).

pub mod percent;
pub mod template;

use crate::error::{R, value_error};
use crate::object::Gc;
use crate::objects::str::{Str, StrBuilder, exact};
use crate::unicode;

/// What a format spec says about text.
struct TextSpec {
    fill: u32,
    align: u8,
    width: usize,
    precision: Option<usize>,
}

/// `str.__format__` with a spec that is not empty.
pub fn format_text(text: Gc<Str>, spec: Gc<Str>) -> R<Gc<Str>> {
    let spec = parse(spec)?;
    let len = text.len().min(spec.precision.unwrap_or(usize::MAX));
    let margin = spec.width.saturating_sub(len);
    if margin == 0 && len == text.len() {
        return Ok(exact(text));
    }
    let left = match spec.align {
        b'>' => margin,
        b'^' => margin / 2,
        _ => 0,
    };
    let mut builder = StrBuilder::new();
    builder.push_repeat(spec.fill, left)?;
    builder.push_slice(text, 0, len);
    builder.push_repeat(spec.fill, margin - left)?;
    builder.finish()
}

fn as_align(c: Option<u32>) -> Option<u8> {
    u8::try_from(c?).ok().filter(|c| b"<>=^".contains(c))
}

/// The grammar is that of all specs; what has no meaning for text is refused in CPython's order.
fn parse(spec: Gc<Str>) -> R<TextSpec> {
    let chars: Vec<u32> = spec.iter().collect();
    let at = |i: usize| chars.get(i).copied();
    let is = |i: usize, c: char| at(i) == Some(c as u32);
    let (mut fill, mut align, mut has_fill, mut i) = (' ' as u32, None, false, 0);
    if let Some(found) = as_align(at(1)) {
        (fill, align, has_fill, i) = (chars[0], Some(found), true, 2);
    } else if let Some(found) = as_align(at(0)) {
        (align, i) = (Some(found), 1);
    }
    let sign = at(i).filter(|&c| c == '+' as u32 || c == '-' as u32 || c == ' ' as u32);
    i += sign.is_some() as usize;
    let coerces = is(i, 'z');
    i += coerces as usize;
    let alternate = is(i, '#');
    i += alternate as usize;
    if !has_fill && is(i, '0') {
        fill = '0' as u32;
        i += 1;
    }
    let width = digits(&chars, &mut i)?;
    let separator = at(i).filter(|&c| c == ',' as u32 || c == '_' as u32);
    i += separator.is_some() as usize;
    check_second_separator(separator, at(i))?;
    let mut precision = None;
    if is(i, '.') {
        i += 1;
        precision = digits(&chars, &mut i)?;
        let fraction = at(i).filter(|&c| c == ',' as u32 || c == '_' as u32);
        i += fraction.is_some() as usize;
        if precision.is_none() && fraction.is_none() {
            return Err(value_error("Format specifier missing precision"));
        }
        check_second_separator(fraction, at(i))?;
    }
    if chars.len() - i.min(chars.len()) > 1 {
        return Err(invalid(spec));
    }
    let kind = at(i).unwrap_or('s' as u32);
    let groups = |c: u32| u8::try_from(c).is_ok_and(|c| b"defgEGF%".contains(&c));
    if let Some(separator) = separator
        && !groups(kind)
        && !(separator == '_' as u32 && u8::try_from(kind).is_ok_and(|c| b"boxX".contains(&c)))
    {
        return Err(value_error(format!("Cannot specify '{}' with '{}'.", separator as u8 as char, printable(kind))));
    }
    if kind != 's' as u32 {
        return Err(value_error(unknown_code(kind, "str")));
    }
    if let Some(sign) = sign {
        let what = if sign == ' ' as u32 { "Space" } else { "Sign" };
        return Err(value_error(format!("{what} not allowed in string format specifier")));
    }
    if coerces {
        return Err(value_error("Negative zero coercion (z) not allowed in string format specifier"));
    }
    if alternate {
        return Err(value_error("Alternate form (#) not allowed in string format specifier"));
    }
    if align == Some(b'=') {
        return Err(value_error("'=' alignment not allowed in string format specifier"));
    }
    Ok(TextSpec { fill, align: align.unwrap_or(b'<'), width: width.unwrap_or(0), precision })
}

fn check_second_separator(first: Option<u32>, second: Option<u32>) -> R<()> {
    let is_separator = |c: u32| c == ',' as u32 || c == '_' as u32;
    match (first, second) {
        (Some(first), Some(second)) if is_separator(second) && first != second => {
            Err(value_error("Cannot specify both ',' and '_'."))
        }
        _ => Ok(()),
    }
}

fn invalid(spec: Gc<Str>) -> crate::error::Raised {
    value_error(format!("Invalid format specifier '{}' for object of type 'str'", spec.to_string_lossy()))
}

fn printable(c: u32) -> String {
    if c > 32 && c < 128 { (c as u8 as char).to_string() } else { format!("\\x{c:x}") }
}

/// The message for a presentation type that `type_name` does not know.
pub fn unknown_code(c: u32, type_name: &str) -> String {
    format!("Unknown format code '{}' for object of type '{type_name}'", printable(c))
}

/// A number in a spec or a field name; None when there are no digits.
fn digits(chars: &[u32], at: &mut usize) -> R<Option<usize>> {
    let mut number = None;
    while let Some(digit) = chars.get(*at).and_then(|&c| unicode::decimal(c)) {
        let grown = number.unwrap_or(0_isize).checked_mul(10).and_then(|n| n.checked_add(digit as isize));
        let Some(grown) = grown else { return Err(value_error("Too many decimal digits in format string")) };
        number = Some(grown);
        *at += 1;
    }
    Ok(number.map(|n| n as usize))
}
