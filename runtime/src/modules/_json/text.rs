//! JSON's string literals, read and written.

use super::decode_error;
use crate::error::R;
use crate::object::Gc;
use crate::objects::str::{self, Chars, Str, StrBuilder};
use core::fmt::Write;

/// The string whose opening quote stands before `start`, and the place after the closing one.
pub fn scan(source: Gc<Str>, start: usize, strict: bool) -> R<(Gc<Str>, usize)> {
    if let Chars::Narrow(bytes) = source.get_ref().chars() {
        // Most have no escapes: a slice of the source.
        let len = bytes[start..].iter().take_while(|&&c| c != b'"' && c != b'\\' && c >= 0x20).count();
        if bytes.get(start + len) == Some(&b'"') {
            return Ok((str::from_latin1(&bytes[start..start + len]), start + len + 1));
        }
    }
    scan_slowly(source, start, strict)
}
fn scan_slowly(source: Gc<Str>, start: usize, strict: bool) -> R<(Gc<Str>, usize)> {
    let len = source.len();
    let unterminated = || decode_error("Unterminated string starting at", source, start.saturating_sub(1));
    let mut text = StrBuilder::new();
    let mut at = start;
    loop {
        if at >= len {
            return Err(unterminated());
        }
        let c = source.char_at(at);
        at += 1;
        if c == '"' as u32 {
            return Ok((text.finish()?, at));
        }
        if c <= 0x1F && strict {
            return Err(decode_error("Invalid control character at", source, at - 1));
        }
        if c != '\\' as u32 {
            text.push(c);
            continue;
        }
        if at == len {
            return Err(unterminated());
        }
        let letter = source.char_at(at);
        at += 1;
        let plain = match char::from_u32(letter) {
            Some(c @ ('"' | '\\' | '/')) => c,
            Some('b') => '\u{8}',
            Some('f') => '\u{C}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => {
                let mut c = hex(source, at)?;
                at += 4;
                let is_high = |c: u32| (0xD800..0xDC00).contains(&c);
                if is_high(c) && at + 6 < len && source.char_at(at) == '\\' as u32 && source.char_at(at + 1) == 'u' as u32 {
                    let low = hex(source, at + 2)?;
                    if (0xDC00..0xE000).contains(&low) {
                        c = 0x10000 + ((c - 0xD800) << 10 | (low - 0xDC00));
                        at += 6;
                    }
                }
                text.push(c);
                continue;
            }
            _ => return Err(decode_error("Invalid \\escape", source, at - 2)),
        };
        text.push_char(plain);
    }
}
/// Four digits, after which at least the closing quote stands.
fn hex(source: Gc<Str>, at: usize) -> R<u32> {
    let invalid = || decode_error("Invalid \\uXXXX escape", source, at - 1);
    if at + 4 >= source.len() {
        return Err(invalid());
    }
    let mut value = 0;
    for i in at..at + 4 {
        let digit = char::from_u32(source.char_at(i)).and_then(|c| c.to_digit(16));
        value = value << 4 | digit.ok_or_else(invalid)?;
    }
    Ok(value)
}

pub fn write(text: Gc<Str>, is_ascii: bool, out: &mut StrBuilder) {
    out.push_char('"');
    match text.get_ref().chars() {
        Chars::Narrow(bytes) if bytes.iter().all(|&c| is_plain(c as u32, is_ascii)) => out.push_latin1(bytes),
        Chars::Narrow(bytes) => bytes.iter().for_each(|&c| write_char(c as u32, is_ascii, out)),
        Chars::Wide(words) => words.iter().for_each(|&c| write_char(c, is_ascii, out)),
    }
    out.push_char('"');
}
fn is_plain(c: u32, is_ascii: bool) -> bool {
    c >= 0x20 && c != '"' as u32 && c != '\\' as u32 && (!is_ascii || c < 0x7F)
}
fn write_char(c: u32, is_ascii: bool, out: &mut StrBuilder) {
    let letter = match c {
        c if is_plain(c, is_ascii) => return out.push(c),
        0x22 => '"',
        0x5C => '\\',
        0x08 => 'b',
        0x0C => 'f',
        0x0A => 'n',
        0x0D => 'r',
        0x09 => 't',
        c => {
            // Writing to a builder cannot fail.
            let _ = match c.checked_sub(0x10000) {
                Some(rest) => write!(out, "\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF)),
                None => write!(out, "\\u{c:04x}"),
            };
            return;
        }
    };
    out.push_char('\\');
    out.push_char(letter);
}
