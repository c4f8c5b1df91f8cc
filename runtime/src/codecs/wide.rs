//! UTF-16 and UTF-32.

use super::errors::{DecodeError, EncodeError, Errors, Flavor, is_surrogate};
use super::{Decoded, End, Order};
use crate::error::{R, memory_error};
use crate::object::Gc;
use crate::objects::str::{Str, StrBuilder};

// -- UTF-16 ------------------------------------------------------------------------------

fn put16(c: u32, out: &mut Vec<u8>, order: Order) -> bool {
    let mut unit = |unit: u16| {
        out.extend_from_slice(&if order == Order::Big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    };
    match c {
        0xD800..=0xDFFF => return false,
        0..=0xFFFF => unit(c as u16),
        _ => {
            unit(0xD800 + (c - 0x10000 >> 10) as u16);
            unit(0xDC00 + (c & 0x3FF) as u16);
        }
    }
    true
}

pub fn encode16(text: Gc<Str>, errors: &Errors, order: Order) -> R<Vec<u8>> {
    let encoding = ["utf-16", "utf-16-le", "utf-16-be"][order as usize];
    let real = if order == Order::Marked { Order::Little } else { order };
    let put = |c: u32, out: &mut Vec<u8>| put16(c, out, real);
    encode(text, errors, order, encoding, Flavor::Utf16(real), &put, &[0xFF, 0xFE])
}

fn encode(
    text: Gc<Str>,
    errors: &Errors,
    order: Order,
    encoding: &'static str,
    flavor: Flavor,
    put: &dyn Fn(u32, &mut Vec<u8>) -> bool,
    mark: &[u8],
) -> R<Vec<u8>> {
    let mut out = Vec::new();
    let needed = text
        .len()
        .checked_mul(mark.len())
        .and_then(|len| len.checked_add(4))
        .ok_or_else(memory_error)?;
    out.try_reserve(needed).map_err(|_| memory_error())?;
    if order == Order::Marked {
        out.extend_from_slice(mark);
    }
    let mut i = 0;
    while i < text.len() {
        if put(text.char_at(i), &mut out) {
            i += 1;
            continue;
        }
        let error = EncodeError {
            encoding,
            flavor,
            text,
            start: i,
            end: i + 1,
            reason: "surrogates not allowed",
        };
        i = error.handle(errors, &mut out, put)?;
    }
    Ok(out)
}

pub fn decode16(input: &[u8], errors: &Errors, order: Order, end: End) -> R<Decoded> {
    let (order, marked, mut at) = match (order, input) {
        (Order::Marked, [0xFF, 0xFE, ..]) => (Order::Little, Order::Little, 2),
        (Order::Marked, [0xFE, 0xFF, ..]) => (Order::Big, Order::Big, 2),
        (Order::Marked, _) => (Order::Little, Order::Marked, 0),
        (given, _) => (given, given, 0),
    };
    let encoding = if order == Order::Big { "utf-16-be" } else { "utf-16-le" };
    let unit = |at: usize| {
        let pair = [*input.get(at)?, *input.get(at + 1)?];
        Some(if order == Order::Big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
            as u32)
    };
    let mut out = StrBuilder::with_capacity(input.len() / 2);
    while at < input.len() {
        let (stop, reason) = match unit(at) {
            None if end == End::Open => break,
            None => (input.len(), "truncated data"),
            Some(lead @ 0xD800..=0xDBFF) => match unit(at + 2) {
                Some(trail @ 0xDC00..=0xDFFF) => {
                    out.push(0x10000 + ((lead - 0xD800) << 10) + (trail - 0xDC00));
                    at += 4;
                    continue;
                }
                None if end == End::Open => break,
                None => (input.len(), "unexpected end of data"),
                Some(_) => (at + 2, "illegal UTF-16 surrogate"),
            },
            Some(0xDC00..=0xDFFF) => (at + 2, "illegal encoding"),
            Some(c) => {
                out.push(c);
                at += 2;
                continue;
            }
        };
        let error = DecodeError {
            encoding,
            flavor: Flavor::Utf16(order),
            input,
            start: at,
            end: stop,
            reason,
        };
        at = error.handle(errors, &mut out)?;
    }
    Ok(Decoded { text: out.finish()?, consumed: at, order: marked })
}

// -- UTF-32 ------------------------------------------------------------------------------

pub fn encode32(text: Gc<Str>, errors: &Errors, order: Order) -> R<Vec<u8>> {
    let encoding = ["utf-32", "utf-32-le", "utf-32-be"][order as usize];
    let real = if order == Order::Marked { Order::Little } else { order };
    let put = |c: u32, out: &mut Vec<u8>| {
        if is_surrogate(c) {
            return false;
        }
        out.extend_from_slice(&if real == Order::Big { c.to_be_bytes() } else { c.to_le_bytes() });
        true
    };
    encode(text, errors, order, encoding, Flavor::Utf32(real), &put, &[0xFF, 0xFE, 0, 0])
}

pub fn decode32(input: &[u8], errors: &Errors, order: Order, end: End) -> R<Decoded> {
    let (order, marked, mut at) = match (order, input) {
        (Order::Marked, [0xFF, 0xFE, 0, 0, ..]) => (Order::Little, Order::Little, 4),
        (Order::Marked, [0, 0, 0xFE, 0xFF, ..]) => (Order::Big, Order::Big, 4),
        (Order::Marked, _) => (Order::Little, Order::Marked, 0),
        (given, _) => (given, given, 0),
    };
    let encoding = if order == Order::Big { "utf-32-be" } else { "utf-32-le" };
    let mut out = StrBuilder::with_capacity(input.len() / 4);
    while at < input.len() {
        let (stop, reason) = match input[at..] {
            [a, b, c, d, ..] => {
                let word = [a, b, c, d];
                let c = if order == Order::Big {
                    u32::from_be_bytes(word)
                } else {
                    u32::from_le_bytes(word)
                };
                if is_surrogate(c) {
                    (at + 4, "code point in surrogate code point range(0xd800, 0xe000)")
                } else if c > 0x10FFFF {
                    (at + 4, "code point not in range(0x110000)")
                } else {
                    out.push(c);
                    at += 4;
                    continue;
                }
            }
            _ if end == End::Open => break,
            _ => (input.len(), "truncated data"),
        };
        let error = DecodeError {
            encoding,
            flavor: Flavor::Utf32(order),
            input,
            start: at,
            end: stop,
            reason,
        };
        at = error.handle(errors, &mut out)?;
    }
    Ok(Decoded { text: out.finish()?, consumed: at, order: marked })
}
