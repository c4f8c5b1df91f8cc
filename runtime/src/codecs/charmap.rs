//! Codecs of one byte a character: ASCII, Latin-1, and those that a mapping of Python defines.

use super::errors::{DecodeError, EncodeError, Errors, Flavor};
use super::{Decoded, Order};
use crate::error::{R, memory_error, type_error};
use crate::object::Gc;
use crate::objects::bytes::Bytes;
use crate::objects::dict::Dict;
use crate::objects::int;
use crate::objects::str::{Str, StrBuilder};
use crate::ops;
use crate::value::Value;
use crate::vm::{type_name, types};

/// A codec whose bytes are the code points below a bound.
#[derive(Clone, Copy)]
pub struct Range {
    name: &'static str,
    end: u32,
    reason: &'static str,
}
pub const ASCII: Range = Range { name: "ascii", end: 0x80, reason: "ordinal not in range(128)" };
pub const LATIN1: Range =
    Range { name: "latin-1", end: 0x100, reason: "ordinal not in range(256)" };

pub fn encode_range(text: Gc<Str>, errors: &Errors, range: Range) -> R<Vec<u8>> {
    let mut out = Vec::new();
    out.try_reserve(text.len()).map_err(|_| memory_error())?;
    let put = |c: u32, out: &mut Vec<u8>| {
        let is_fine = c < range.end;
        if is_fine {
            out.push(c as u8);
        }
        is_fine
    };
    let mut i = 0;
    while i < text.len() {
        if put(text.char_at(i), &mut out) {
            i += 1;
            continue;
        }
        let run = text.iter().skip(i).take_while(|&c| c >= range.end).count();
        let (encoding, reason) = (range.name, range.reason);
        let error =
            EncodeError { encoding, flavor: Flavor::Other, text, start: i, end: i + run, reason };
        i = error.handle(errors, &mut out, &put)?;
    }
    Ok(out)
}

pub fn decode_ascii(input: &[u8], errors: &Errors) -> R<Decoded> {
    let mut out = StrBuilder::new();
    out.try_reserve(input.len())?;
    let mut at = 0;
    while at < input.len() {
        let valid = input[at..].iter().take_while(|&&b| b < 0x80).count();
        out.push_latin1(&input[at..at + valid]);
        at += valid;
        if at < input.len() {
            let (encoding, reason) = (ASCII.name, ASCII.reason);
            let error = DecodeError {
                encoding,
                flavor: Flavor::Other,
                input,
                start: at,
                end: at + 1,
                reason,
            };
            at = error.handle(errors, &mut out)?;
        }
    }
    Ok(Decoded { text: out.finish()?, consumed: input.len(), order: Order::Marked })
}

// -- mappings ------------------------------------------------------------------------------

const UNDEFINED: &str = "character maps to <undefined>";

/// `mapping`: a str of the characters of the bytes, or a mapping from byte to int, str or None.
pub fn decode(input: &[u8], errors: &Errors, mapping: Value) -> R<Gc<Str>> {
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let is_known = match mapping.downcast::<Str>() {
            Some(table) => match table.iter().nth(input[at] as usize).filter(|&c| c != 0xFFFE) {
                Some(c) => {
                    out.push(c);
                    true
                }
                None => false,
            },
            None => decode_one(input[at], mapping, &mut out)?,
        };
        if is_known {
            at += 1;
            continue;
        }
        let encoding = "charmap";
        let error = DecodeError {
            encoding,
            flavor: Flavor::Other,
            input,
            start: at,
            end: at + 1,
            reason: UNDEFINED,
        };
        at = error.handle(errors, &mut out)?;
    }
    out.finish()
}

fn decode_one(byte: u8, mapping: Value, out: &mut StrBuilder) -> R<bool> {
    let found = match ops::getitem(mapping, Value::int(byte as i64)) {
        Ok(found) => found,
        Err(raised) if raised.is(types().lookup_error) => return Ok(false),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(false);
    }
    if let Some(text) = found.downcast::<Str>() {
        if text.len() == 1 && text.char_at(0) == 0xFFFE {
            return Ok(false);
        }
        out.push_gc(text);
        return Ok(true);
    }
    if !int::is_any_int(found) {
        return Err(type_error("character mapping must return integer, None or str"));
    }
    match int::to_i64(found) {
        Some(0xFFFE) => Ok(false),
        Some(c @ 0..=0x10FFFF) => {
            out.push(c as u32);
            Ok(true)
        }
        _ => Err(type_error("character mapping must be in range(0x110000)")),
    }
}

/// `mapping`: from code point to byte, bytes or None.
pub fn encode(text: Gc<Str>, errors: &Errors, mapping: Value) -> R<Vec<u8>> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < text.len() {
        if encode_one(text.char_at(i), mapping, &mut out)? {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < text.len() && !encode_one(text.char_at(end), mapping, &mut Vec::new())? {
            end += 1;
        }
        let failed = core::cell::Cell::new(None);
        let put = |c: u32, out: &mut Vec<u8>| match encode_one(c, mapping, out) {
            Ok(is_known) => is_known,
            Err(raised) => {
                failed.set(Some(raised));
                false
            }
        };
        let error = EncodeError {
            encoding: "charmap",
            flavor: Flavor::Other,
            text,
            start: i,
            end,
            reason: UNDEFINED,
        };
        let next = error.handle(errors, &mut out, &put);
        if let Some(raised) = failed.get() {
            return Err(raised);
        }
        i = next?;
    }
    Ok(out)
}

fn encode_one(c: u32, mapping: Value, out: &mut Vec<u8>) -> R<bool> {
    let found = match ops::getitem(mapping, Value::int(c as i64)) {
        Ok(found) => found,
        Err(raised) if raised.is(types().lookup_error) => return Ok(false),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(false);
    }
    if let Some(bytes) = found.downcast::<Bytes>() {
        out.extend_from_slice(bytes.as_slice());
        return Ok(true);
    }
    if !int::is_any_int(found) {
        let found = type_name(found);
        return Err(type_error(format!(
            "character mapping must return integer, bytes or None, not {found}"
        )));
    }
    match int::to_i64(found) {
        Some(byte @ 0..=255) => {
            out.push(byte as u8);
            Ok(true)
        }
        _ => Err(type_error("character mapping must be in range(256)")),
    }
}

/// `codecs.charmap_build`: the encoding map of a decoding table.
pub fn build(table: Gc<Str>) -> R<Gc<Dict>> {
    let map = Dict::new();
    for (byte, c) in table.iter().enumerate().take(256) {
        if c != 0xFFFE {
            map.set(Value::int(c as i64), Value::int(byte as i64))?;
        }
    }
    Ok(map)
}
