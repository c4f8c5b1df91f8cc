//! Items of buffers: native single-character formats of `struct`, read and written. Shared by
//! memoryview, array and struct.

use crate::error::{R, Raised, not_implemented_error, type_error, value_error};
use crate::objects::bytes::{self, Bytes};
use crate::objects::float;
use crate::objects::int;
use crate::ops;
use crate::value::Value;
use crate::vm::types;

/// The size of an item, for the formats that memoryview knows (`@` in front is allowed).
pub fn itemsize(format: &str) -> Option<usize> {
    Some(match format.strip_prefix('@').unwrap_or(format) {
        "c" | "b" | "B" | "?" => 1,
        "h" | "H" | "e" => 2,
        "i" | "I" | "f" => 4,
        "l" | "L" | "q" | "Q" | "n" | "N" | "P" | "d" => 8,
        _ => return None,
    })
}

fn letter(format: &str) -> u8 {
    format.strip_prefix('@').unwrap_or(format).bytes().next().unwrap_or(0)
}

fn fixed<const N: usize>(item: &[u8]) -> [u8; N] {
    let mut result = [0; N];
    result.iter_mut().zip(item).for_each(|(to, &b)| *to = b);
    result
}

/// `item` has the size of the format.
pub fn unpack(format: &str, item: &[u8]) -> R {
    Ok(match letter(format) {
        b'c' => bytes::new(item).value(),
        b'b' => Value::int(i8::from_ne_bytes(fixed(item)) as i64),
        b'B' => Value::int(u8::from_ne_bytes(fixed(item)) as i64),
        b'?' => Value::bool(item.first().is_some_and(|&b| b != 0)),
        b'h' => Value::int(i16::from_ne_bytes(fixed(item)) as i64),
        b'H' => Value::int(u16::from_ne_bytes(fixed(item)) as i64),
        b'i' => Value::int(i32::from_ne_bytes(fixed(item)) as i64),
        b'I' => Value::int(u32::from_ne_bytes(fixed(item)) as i64),
        b'l' | b'q' | b'n' => Value::int(i64::from_ne_bytes(fixed(item))),
        b'L' | b'Q' | b'N' | b'P' => int::from_u64(u64::from_ne_bytes(fixed(item))),
        b'f' => Value::float(f32::from_ne_bytes(fixed(item)) as f64),
        b'd' => Value::float(f64::from_ne_bytes(fixed(item))),
        b'e' => Value::float(half_to_double(u16::from_ne_bytes(fixed(item)))),
        _ => {
            return Err(not_implemented_error(format!("memoryview: format {format} not supported")));
        }
    })
}

fn wrong_type(format: &str) -> Raised {
    type_error(format!("memoryview: invalid type for format '{format}'"))
}
fn wrong_value(format: &str) -> Raised {
    value_error(format!("memoryview: invalid value for format '{format}'"))
}

/// The bytes of an item, of which the first `itemsize(format)` count.
pub fn pack(format: &str, value: Value) -> R<[u8; 8]> {
    let letter = letter(format);
    match letter {
        b'c' => match value.downcast::<Bytes>() {
            Some(bytes) if bytes.len() == 1 => Ok(fixed(bytes.as_slice())),
            Some(_) => Err(wrong_value(format)),
            None => Err(wrong_type(format)),
        },
        b'?' => Ok(fixed(&[ops::truth(value)? as u8])),
        b'f' | b'd' | b'e' => {
            let number = match float::as_double(value) {
                Ok(number) => number,
                Err(raised) if raised.is(types().type_error) => return Err(wrong_type(format)),
                Err(raised) => return Err(raised),
            };
            pack_float(letter, number).ok_or_else(|| wrong_value(format))
        }
        b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'q' | b'n' | b'L' | b'Q' | b'N'
        | b'P' => {
            let number = match ops::index(value) {
                Ok(number) => number,
                Err(raised) if raised.is(types().type_error) => return Err(wrong_type(format)),
                Err(raised) => return Err(raised),
            };
            pack_int(letter, number).ok_or_else(|| wrong_value(format))
        }
        _ => Err(not_implemented_error(format!("memoryview: format {format} not supported"))),
    }
}

fn pack_float(letter: u8, number: f64) -> Option<[u8; 8]> {
    Some(match letter {
        b'd' => number.to_ne_bytes(),
        b'f' => {
            let narrow = number as f32;
            if narrow.is_infinite() && number.is_finite() {
                return None;
            }
            fixed(&narrow.to_ne_bytes())
        }
        _ => fixed(&double_to_half(number)?.to_ne_bytes()),
    })
}

fn pack_int(letter: u8, number: Value) -> Option<[u8; 8]> {
    if matches!(letter, b'L' | b'Q' | b'N' | b'P') {
        return Some(int::to_u64(number)?.to_ne_bytes());
    }
    let number = int::to_i64(number)?;
    Some(match letter {
        b'b' => fixed(&i8::try_from(number).ok()?.to_ne_bytes()),
        b'B' => fixed(&u8::try_from(number).ok()?.to_ne_bytes()),
        b'h' => fixed(&i16::try_from(number).ok()?.to_ne_bytes()),
        b'H' => fixed(&u16::try_from(number).ok()?.to_ne_bytes()),
        b'i' => fixed(&i32::try_from(number).ok()?.to_ne_bytes()),
        b'I' => fixed(&u32::try_from(number).ok()?.to_ne_bytes()),
        _ => number.to_ne_bytes(),
    })
}

// -- half precision ---------------------------------------------------------------------------

pub fn half_to_double(half: u16) -> f64 {
    let sign = if half >> 15 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((half >> 10 & 31) as i32, (half & 1023) as f64);
    match exponent {
        31 if fraction == 0.0 => sign * f64::INFINITY,
        31 => f64::NAN.copysign(sign),
        0 => sign * fraction * 2f64.powi(-24),
        _ => sign * (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// Rounded to nearest, ties to even; None when it overflows.
pub fn double_to_half(number: f64) -> Option<u16> {
    let sign = if number.is_sign_negative() { 1 << 15 } else { 0 };
    let size = number.abs();
    if number.is_nan() {
        return Some(sign | 0x7E00);
    }
    if size.is_infinite() {
        return Some(sign | 0x7C00);
    }
    if size < 2f64.powi(-14) {
        // Subnormal: the carry into the exponent is the right result too.
        return Some(sign | (size * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = (size.to_bits() >> 52) as i32 - 1023;
    if exponent > 15 {
        return None;
    }
    let fraction = ((size / 2f64.powi(exponent) - 1.0) * 1024.0).round_ties_even() as i32;
    let bits = ((exponent + 15) << 10) + fraction;
    if bits >= 0x7C00 { None } else { Some(sign | bits as u16) }
}
