//! str: case mappings and the `is..` predicates.

use crate::error::R;
use crate::objects::str::{self, Chars, Str, StrBuilder};
use crate::objects::str_methods::this;
use crate::unicode::{self, Case, has, map_case, tables};
use crate::value::{FALSE, TRUE, Value};

const SIGMA: u32 = 0x3A3;

// -- case mappings -----------------------------------------------------------------

pub fn upper(args: &[Value]) -> R {
    map(args, |b| b.to_ascii_uppercase(), |_, c, out| map_case(c, Case::Upper, |c| out.push(c)))
}
pub fn lower(args: &[Value]) -> R {
    map(args, |b| b.to_ascii_lowercase(), push_lower)
}
pub fn casefold(args: &[Value]) -> R {
    map(args, |b| b.to_ascii_lowercase(), |_, c, out| map_case(c, Case::Fold, |c| out.push(c)))
}
pub fn swapcase(args: &[Value]) -> R {
    let ascii = |b: u8| {
        if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() }
    };
    map(args, ascii, |at, c, out| {
        if has(c, tables::UPPER) {
            push_lower(at, c, out);
        } else if has(c, tables::LOWER) {
            map_case(c, Case::Upper, |c| out.push(c));
        } else {
            out.push(c);
        }
    })
}
pub fn title(args: &[Value]) -> R {
    let mut after_cased = false;
    let mut builder = StrBuilder::with_capacity(this(args).len());
    for (i, c) in this(args).iter().enumerate() {
        if after_cased {
            push_lower(Place { text: &this(args), index: i }, c, &mut builder);
        } else {
            map_case(c, Case::Title, |c| builder.push(c));
        }
        after_cased = has(c, tables::CASED);
    }
    builder.finish_value()
}
pub fn capitalize(args: &[Value]) -> R {
    map(
        args,
        |b| b.to_ascii_lowercase(),
        |at, c, out| {
            if at.index == 0 {
                map_case(c, Case::Title, |c| out.push(c))
            } else {
                push_lower(at, c, out)
            }
        },
    )
    .and_then(|result| {
        // The ASCII path knows no place.
        let text = result.cast::<Str>();
        match text.as_ascii() {
            Some(ascii)
                if ascii.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
                    && this(args).is_ascii() =>
            {
                str::fill_narrow(text.len(), |to| {
                    to.copy_from_slice(ascii.as_bytes());
                    to[0] = to[0].to_ascii_uppercase();
                })
                .map(|text| {
                    str::exact(if text.len() == 1 { str::from_char(text.char_at(0)) } else { text })
                        .value()
                })
            }
            _ => Ok(result),
        }
    })
}

/// A character of a text, for mappings that look at its neighbours.
#[derive(Clone, Copy)]
struct Place<'a> {
    text: &'a Str,
    index: usize,
}

fn map(args: &[Value], ascii: fn(u8) -> u8, other: impl Fn(Place<'_>, u32, &mut StrBuilder)) -> R {
    let text = this(args);
    if let (true, Chars::Narrow(bytes)) = (text.is_ascii(), text.chars()) {
        if bytes.len() <= 1 {
            return Ok(bytes
                .first()
                .map_or_else(str::empty, |&b| str::from_char(ascii(b) as u32))
                .value());
        }
        let result = str::fill_narrow(bytes.len(), |to| {
            to.iter_mut().zip(bytes).for_each(|(to, &b)| *to = ascii(b))
        })?;
        return Ok(result.value());
    }
    let mut builder = StrBuilder::with_capacity(text.len());
    text.iter()
        .enumerate()
        .for_each(|(index, c)| other(Place { text: &text, index }, c, &mut builder));
    builder.finish_value()
}

fn push_lower(at: Place<'_>, c: u32, out: &mut StrBuilder) {
    if c == SIGMA {
        out.push(if is_final(at) { 0x3C2 } else { 0x3C3 });
    } else {
        map_case(c, Case::Lower, |c| out.push(c));
    }
}

/// The sigma ends a word: a cased character before it, none after it, where ignorable ones do not
/// count.
fn is_final(at: Place<'_>) -> bool {
    let skipped = |c: &u32| !has(*c, tables::IGNORABLE);
    let before = at.text.iter().take(at.index).rev().find(skipped);
    let after = at.text.iter().skip(at.index + 1).find(skipped);
    before.is_some_and(|c| has(c, tables::CASED)) && !after.is_some_and(|c| has(c, tables::CASED))
}

// -- predicates -----------------------------------------------------------------------

fn all(args: &[Value], test: impl Fn(u32) -> bool) -> R {
    let text = this(args);
    Ok(Value::bool(text.len() != 0 && text.iter().all(test)))
}
pub fn isascii(args: &[Value]) -> R {
    Ok(Value::bool(this(args).is_ascii()))
}
pub fn isspace(args: &[Value]) -> R {
    all(args, unicode::is_space)
}
pub fn isdecimal(args: &[Value]) -> R {
    all(args, |c| unicode::decimal(c).is_some())
}
pub fn isdigit(args: &[Value]) -> R {
    all(args, |c| unicode::record(c).digit >= 0)
}
pub fn isnumeric(args: &[Value]) -> R {
    all(args, |c| has(c, tables::NUMERIC))
}
pub fn isalpha(args: &[Value]) -> R {
    all(args, |c| has(c, tables::ALPHA))
}
pub fn isalnum(args: &[Value]) -> R {
    all(args, unicode::is_alnum)
}
pub fn isprintable(args: &[Value]) -> R {
    Ok(Value::bool(this(args).iter().all(unicode::is_printable)))
}
pub fn isidentifier(args: &[Value]) -> R {
    Ok(Value::bool(is_identifier(&this(args))))
}
pub fn is_identifier(text: &Str) -> bool {
    let mut chars = text.iter();
    chars.next().is_some_and(|c| has(c, tables::XID_START))
        && chars.all(|c| has(c, tables::XID_CONTINUE))
}
pub fn islower(args: &[Value]) -> R {
    one_case(args, tables::LOWER, tables::UPPER | tables::TITLE)
}
pub fn isupper(args: &[Value]) -> R {
    one_case(args, tables::UPPER, tables::LOWER | tables::TITLE)
}
fn one_case(args: &[Value], wanted: u16, other: u16) -> R {
    let mut found = false;
    for c in this(args).iter() {
        if has(c, other) {
            return Ok(FALSE);
        }
        found |= has(c, wanted);
    }
    Ok(Value::bool(found))
}
pub fn istitle(args: &[Value]) -> R {
    let (mut found, mut after_cased) = (false, false);
    for c in this(args).iter() {
        if has(c, tables::UPPER | tables::TITLE) {
            if after_cased {
                return Ok(FALSE);
            }
            (found, after_cased) = (true, true);
        } else if has(c, tables::LOWER) {
            if !after_cased {
                return Ok(FALSE);
            }
            (found, after_cased) = (true, true);
        } else {
            after_cased = false;
        }
    }
    Ok(if found { TRUE } else { FALSE })
}
