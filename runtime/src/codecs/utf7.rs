//! UTF-7 (RFC 2152).

use super::errors::{DecodeError, Errors, Flavor};
use super::{Decoded, End, Order};
use crate::error::R;
use crate::object::Gc;
use crate::objects::str::{Str, StrBuilder};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn sextet(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|&b| b == byte).map(|at| at as u32)
}

/// Characters that stand for themselves: CPython encodes all but these and white space.
fn is_direct(c: u32) -> bool {
    let Ok(c) = u8::try_from(c) else { return false };
    c.is_ascii_alphanumeric() || b"'(),-./:? \t\n\r!\"#$%&*;<=>@[]^_`{|}".contains(&c)
}

pub fn encode(text: Gc<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let (mut bits, mut count, mut is_shifted) = (0_u64, 0, false);
    for c in text.iter() {
        if is_shifted && is_direct(c) {
            if count != 0 {
                out.push(ALPHABET[(bits << (6 - count) & 63) as usize]);
            }
            (bits, count, is_shifted) = (0, 0, false);
            // The end of a shift is explicit where the next character could belong to it.
            if sextet(c as u8).is_some() || c == '-' as u32 {
                out.push(b'-');
            }
            out.push(c as u8);
            continue;
        }
        if !is_shifted {
            if c == '+' as u32 {
                out.extend_from_slice(b"+-");
                continue;
            }
            if is_direct(c) {
                out.push(c as u8);
                continue;
            }
            out.push(b'+');
            is_shifted = true;
        }
        let mut units = [0; 2];
        let units = if c < 0x10000 {
            units[0] = c;
            &units[..1]
        } else {
            units = [0xD800 + (c - 0x10000 >> 10), 0xDC00 + (c & 0x3FF)];
            &units[..]
        };
        for &unit in units {
            bits = bits << 16 | unit as u64;
            count += 16;
            while count >= 6 {
                count -= 6;
                out.push(ALPHABET[(bits >> count & 63) as usize]);
            }
            bits &= (1 << count) - 1;
        }
    }
    if count != 0 {
        out.push(ALPHABET[(bits << (6 - count) & 63) as usize]);
    }
    if is_shifted {
        out.push(b'-');
    }
    out
}

/// An open shift sequence.
#[derive(Default)]
struct Shift {
    bits: u32,
    count: u32,
    /// A lead surrogate that waits for its trail.
    lead: u32,
}

pub fn decode(input: &[u8], errors: &Errors, end: End) -> R<Decoded> {
    let mut out = StrBuilder::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        let byte = input[at];
        let failure = if byte == b'+' {
            match decode_shift(input, at, end, &mut out) {
                Step::Done(next) => {
                    at = next;
                    continue;
                }
                Step::Incomplete => break,
                Step::Wrong(stop, reason) => (stop, reason),
            }
        } else if byte < 0x80 {
            out.push(byte as u32);
            at += 1;
            continue;
        } else {
            (at + 1, "unexpected special character")
        };
        let (stop, reason) = failure;
        let error = DecodeError {
            encoding: "utf7",
            flavor: Flavor::Other,
            input,
            start: at,
            end: stop,
            reason,
        };
        at = error.handle(errors, &mut out)?;
    }
    Ok(Decoded { text: out.finish()?, consumed: at, order: Order::Marked })
}

enum Step {
    Done(usize),
    Incomplete,
    Wrong(usize, &'static str),
}

fn decode_shift(input: &[u8], start: usize, end: End, out: &mut StrBuilder) -> Step {
    let mut at = start + 1;
    if input.get(at) == Some(&b'-') {
        out.push('+' as u32);
        return Step::Done(at + 1);
    }
    if at < input.len() && sextet(input[at]).is_none() {
        return Step::Wrong(at + 1, "ill-formed sequence");
    }
    let mut shift = Shift::default();
    let mut chars = Vec::new();
    while let Some(value) = input.get(at).and_then(|&b| sextet(b)) {
        shift.bits = shift.bits << 6 | value;
        shift.count += 6;
        at += 1;
        if shift.count < 16 {
            continue;
        }
        shift.count -= 16;
        let unit = shift.bits >> shift.count & 0xFFFF;
        shift.bits &= (1 << shift.count) - 1;
        match (shift.lead, unit) {
            (0, 0xD800..=0xDBFF) => shift.lead = unit,
            (0, _) => chars.push(unit),
            (lead, 0xDC00..=0xDFFF) => {
                chars.push(0x10000 + ((lead - 0xD800) << 10) + (unit - 0xDC00));
                shift.lead = 0;
            }
            (lead, _) => {
                chars.push(lead);
                shift.lead = if (0xD800..0xDC00).contains(&unit) { unit } else { 0 };
                if shift.lead == 0 {
                    chars.push(unit);
                }
            }
        }
    }
    let is_end = at == input.len();
    if is_end && end == End::Open {
        return Step::Incomplete;
    }
    let reason = if shift.count >= 6 {
        Some("partial character in shift sequence")
    } else if shift.bits != 0 {
        Some("non-zero padding bits in base64 sequence")
    } else {
        None
    };
    chars.iter().for_each(|&c| out.push(c));
    if is_end {
        if shift.lead != 0 || shift.count >= 6 || shift.bits != 0 {
            return Step::Wrong(at, "unterminated shift sequence");
        }
        return Step::Done(at);
    }
    if let Some(reason) = reason {
        return Step::Wrong(at + 1, reason);
    }
    if shift.lead != 0 {
        out.push(shift.lead);
    }
    Step::Done(if input[at] == b'-' { at + 1 } else { at })
}
