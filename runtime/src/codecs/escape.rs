//! The codecs that write text as Python source does: unicode_escape, raw_unicode_escape, and
//! `escape` for bytes.

use super::errors::{DecodeError, Errors, Flavor};
use super::{Decoded, End, Order};
use crate::error::{R, value_error};
use crate::object::Gc;
use crate::objects::str::{Chars, Str, StrBuilder};
use crate::unicode;

// -- unicode_escape --------------------------------------------------------------------------

fn hex(out: &mut Vec<u8>, letter: u8, c: u32, digits: u32) {
    out.extend_from_slice(&[b'\\', letter]);
    out.extend((0..digits).rev().map(|i| b"0123456789abcdef"[(c >> (4 * i) & 15) as usize]));
}

pub fn encode_unicode(text: Gc<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match c {
            0x5C => out.extend_from_slice(b"\\\\"),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0A => out.extend_from_slice(b"\\n"),
            0x0D => out.extend_from_slice(b"\\r"),
            0x20..=0x7E => out.push(c as u8),
            0..=0xFF => hex(&mut out, b'x', c, 2),
            0x100..=0xFFFF => hex(&mut out, b'u', c, 4),
            _ => hex(&mut out, b'U', c, 8),
        }
    }
    out
}

pub fn encode_raw(text: Gc<Str>) -> Vec<u8> {
    if let Chars::Narrow(bytes) = text.chars() {
        return bytes.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    for c in text.iter() {
        match c {
            0..=0xFF => out.push(c as u8),
            0x100..=0xFFFF => hex(&mut out, b'u', c, 4),
            _ => hex(&mut out, b'U', c, 8),
        }
    }
    out
}

/// What an escape stands for.
enum Escape {
    Char(u32),
    Nothing,
    /// An unknown escape keeps its backslash.
    Kept(u8),
    /// Ends early: fine when more input may come.
    Truncated(&'static str),
    Wrong(&'static str),
}

pub fn decode_unicode(input: &[u8], errors: &Errors, end: End) -> R<Decoded> {
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        if input[at] != b'\\' {
            out.push(input[at] as u32);
            at += 1;
            continue;
        }
        let (escape, stop) = escape_at(input, at + 1);
        let reason = match escape {
            Escape::Char(c) => {
                out.push(c);
                at = stop;
                continue;
            }
            Escape::Nothing => {
                at = stop;
                continue;
            }
            Escape::Kept(byte) => {
                out.push_latin1(&[b'\\', byte]);
                at = stop;
                continue;
            }
            Escape::Truncated(_) if end == End::Open && stop == input.len() => break,
            Escape::Truncated(reason) | Escape::Wrong(reason) => reason,
        };
        let encoding = "unicodeescape";
        let error =
            DecodeError { encoding, flavor: Flavor::Other, input, start: at, end: stop, reason };
        at = error.handle(errors, &mut out)?;
    }
    Ok(Decoded { text: out.finish()?, consumed: at, order: Order::Marked })
}

fn escape_at(input: &[u8], at: usize) -> (Escape, usize) {
    let Some(&letter) = input.get(at) else {
        return (Escape::Truncated("\\ at end of string"), at);
    };
    let next = at + 1;
    let c = match letter {
        b'\n' => return (Escape::Nothing, next),
        b'\\' | b'\'' | b'"' => letter,
        b'b' => 8,
        b'f' => 12,
        b't' => 9,
        b'n' => 10,
        b'r' => 13,
        b'v' => 11,
        b'a' => 7,
        b'0'..=b'7' => {
            let digits = input[at..].iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
            let (value, count) = digits
                .fold((0, 0), |(value, count), &b| (value * 8 + (b - b'0') as u32, count + 1));
            return (Escape::Char(value), at + count);
        }
        b'x' => return hex_escape(input, next, 2, "truncated \\xXX escape"),
        b'u' => return hex_escape(input, next, 4, "truncated \\uXXXX escape"),
        b'U' => return hex_escape(input, next, 8, "truncated \\UXXXXXXXX escape"),
        b'N' => return named_escape(input, next),
        other => return (Escape::Kept(other), next),
    };
    (Escape::Char(c as u32), next)
}

fn hex_escape(input: &[u8], at: usize, count: usize, reason: &'static str) -> (Escape, usize) {
    let digits = input[at..].iter().take(count).map_while(|&b| (b as char).to_digit(16));
    let (value, found) =
        digits.fold((0_u32, 0), |(value, found), digit| (value << 4 | digit, found + 1));
    if found < count {
        return (Escape::Truncated(reason), at + found);
    }
    if value > 0x10FFFF {
        return (Escape::Wrong("illegal Unicode character"), at + found);
    }
    (Escape::Char(value), at + found)
}

fn named_escape(input: &[u8], at: usize) -> (Escape, usize) {
    let malformed = "malformed \\N character escape";
    if at == input.len() {
        return (Escape::Truncated(malformed), at);
    }
    if input[at] != b'{' {
        return (Escape::Wrong(malformed), at);
    }
    let Some(len) = input[at + 1..].iter().position(|&b| b == b'}') else {
        return (Escape::Truncated(malformed), input.len());
    };
    let name = &input[at + 1..at + 1 + len];
    let stop = at + len + 2;
    if name.is_empty() {
        return (Escape::Wrong(malformed), stop);
    }
    match core::str::from_utf8(name).ok().and_then(unicode::names::lookup_char) {
        Some(c) => (Escape::Char(c), stop),
        None => (Escape::Wrong("unknown Unicode character name"), stop),
    }
}

pub fn decode_raw(input: &[u8], errors: &Errors, end: End) -> R<Decoded> {
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let letter = input.get(at + 1).copied();
        if input[at] != b'\\' || !matches!(letter, Some(b'u' | b'U')) {
            if input[at] == b'\\' && letter.is_none() && end == End::Open {
                break;
            }
            // A backslash takes the next byte along, so that a doubled one escapes nothing.
            let len = if input[at] == b'\\' && letter.is_some() { 2 } else { 1 };
            out.push_latin1(&input[at..at + len]);
            at += len;
            continue;
        }
        let (count, truncated) = if letter == Some(b'u') {
            (4, "truncated \\uXXXX escape")
        } else {
            (8, "truncated \\UXXXXXXXX escape")
        };
        let (escape, stop) = hex_escape(input, at + 2, count, truncated);
        let reason = match escape {
            Escape::Char(c) => {
                out.push(c);
                at = stop;
                continue;
            }
            Escape::Truncated(_) if end == End::Open && stop == input.len() => break,
            Escape::Truncated(reason) => reason,
            _ => "\\Uxxxxxxxx out of range",
        };
        let encoding = "rawunicodeescape";
        let error =
            DecodeError { encoding, flavor: Flavor::Other, input, start: at, end: stop, reason };
        at = error.handle(errors, &mut out)?;
    }
    Ok(Decoded { text: out.finish()?, consumed: at, order: Order::Marked })
}

// -- bytes escapes ----------------------------------------------------------------------------

/// The inside of a bytes repr.
pub fn encode_bytes(input: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(input.len());
    for &b in input {
        match b {
            b'\'' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x20..=0x7E => out.push(b),
            _ => hex(&mut out, b'x', b as u32, 2),
        }
    }
    out
}

/// `errors` is strict, replace or ignore, and concerns `\x` alone.
pub fn decode_bytes(input: &[u8], errors: &str) -> R<Vec<u8>> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        if input[at] != b'\\' {
            out.push(input[at]);
            at += 1;
            continue;
        }
        if at + 1 == input.len() {
            return Err(value_error("Trailing \\ in string"));
        }
        let (escape, stop) = match input[at + 1] {
            b'u' | b'U' | b'N' => (Escape::Kept(input[at + 1]), at + 2),
            _ => escape_at(input, at + 1),
        };
        match escape {
            Escape::Char(c) => out.push(c as u8),
            Escape::Nothing => {}
            Escape::Kept(byte) => out.extend_from_slice(&[b'\\', byte]),
            Escape::Truncated(_) | Escape::Wrong(_) => match errors {
                "strict" => {
                    return Err(value_error(format!("invalid \\x escape at position {at}")));
                }
                "replace" => out.push(b'?'),
                "ignore" => {}
                other => {
                    return Err(value_error(format!(
                        "decoding error; unknown error handling code: {other}"
                    )));
                }
            },
        }
        at = stop;
    }
    Ok(out)
}
