//! Numbers of a struct as little-endian bytes.

use super::layout::{Content, Item};
use super::struct_error;
use crate::error::{R, overflow_error};
use crate::objects::complex::{self, c};
use crate::objects::complex_methods::to_complex;
use crate::objects::float::as_double;
use crate::objects::int::{self, Int};
use crate::objects::int_methods::{read_little, write_little};
use crate::ops;
use crate::value::Value;
use crate::vm::class_of;

/// An int, by `__index__`.
fn integer(value: Value) -> R<Int> {
    if let Some(i) = int::view(value) {
        return Ok(i);
    }
    if class_of(value).slots.index.get().is_none() {
        return Err(struct_error("required argument is not an integer"));
    }
    Ok(int::view(ops::index(value)?).unwrap_or(Int::Small(0)))
}

pub fn pack_int(item: &Item, value: Value, place: &mut [u8]) -> R<()> {
    let number = integer(value)?;
    let signed = item.content == Content::Signed;
    place.fill(if number.is_negative() { 0xff } else { 0 });
    if (signed || !number.is_negative()) && write_little(number, place, signed) {
        return Ok(());
    }
    let bits = item.size as u32 * 8;
    let (least, most) = if signed {
        (-1i128 << (bits - 1), (1i128 << (bits - 1)) - 1)
    } else {
        (0, (1i128 << bits) - 1)
    };
    Err(struct_error(&format!(
        "'{}' format requires {least} <= number <= {most}",
        item.letter as char
    )))
}

/// An address: anything that one word holds, with or without sign.
pub fn pack_pointer(value: Value, place: &mut [u8]) -> R<()> {
    let number = integer(value)?;
    place.fill(if number.is_negative() { 0xff } else { 0 });
    let signed = number.is_negative();
    if write_little(number, place, signed) {
        Ok(())
    } else {
        Err(struct_error("int too large to convert"))
    }
}

fn float(value: Value) -> R<f64> {
    if value.is_float() {
        return Ok(value.unbox_float());
    }
    as_double(value).map_err(|_| struct_error("required argument is not a float"))
}

pub fn pack_float(content: Content, value: Value, place: &mut [u8]) -> R<()> {
    write_float(content, float(value)?, place)
}

/// A part that is too large for a narrow float becomes an infinity, but in big-endian order is
/// refused: as in CPython.
pub fn pack_complex(content: Content, value: Value, place: &mut [u8], big_endian: bool) -> R<()> {
    let z = to_complex(value).map_err(|_| struct_error("required argument is not a complex"))?;
    let (real, imag) = place.split_at_mut(place.len() / 2);
    if content == Content::FloatComplex && big_endian {
        write_float(Content::Float, z.re, real)?;
        write_float(Content::Float, z.im, imag)?;
    } else if content == Content::FloatComplex {
        real.copy_from_slice(&(z.re as f32).to_le_bytes());
        imag.copy_from_slice(&(z.im as f32).to_le_bytes());
    } else {
        real.copy_from_slice(&z.re.to_le_bytes());
        imag.copy_from_slice(&z.im.to_le_bytes());
    }
    Ok(())
}

fn write_float(content: Content, f: f64, place: &mut [u8]) -> R<()> {
    match content {
        Content::Half => match half_from(f) {
            Some(half) => place.copy_from_slice(&half.to_le_bytes()),
            None => return Err(overflow_error("float too large to pack with e format")),
        },
        Content::Float => {
            let narrow = f as f32;
            if narrow.is_infinite() && f.is_finite() {
                return Err(overflow_error("float too large to pack with f format"));
            }
            place.copy_from_slice(&narrow.to_le_bytes());
        }
        _ => place.copy_from_slice(&f.to_le_bytes()),
    }
    Ok(())
}

/// An IEEE half, rounded half to even; None when it is too large.
fn half_from(f: f64) -> Option<u16> {
    let sign = ((f.to_bits() >> 63) as u16) << 15;
    if f.is_nan() {
        return Some(sign | 0x7e00);
    }
    if f.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let magnitude = f.abs();
    // In units of the last bit: 2^-24 below the normal range, 2^(e-10) in it. The product is exact,
    // the rounding is the only one.
    let exponent =
        if magnitude < 2f64.powi(-14) { -14 } else { (magnitude.to_bits() >> 52) as i32 - 1023 };
    if exponent > 15 {
        return None;
    }
    let units = (magnitude * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    // A carry out of the mantissa goes into the exponent by itself.
    let bits =
        if magnitude < 2f64.powi(-14) { units } else { (((exponent + 14) as u32) << 10) + units };
    if bits >= 0x7c00 { None } else { Some(sign | bits as u16) }
}

fn half_to(half: u16) -> f64 {
    let sign = if half >> 15 != 0 { -1.0 } else { 1.0 };
    let (exponent, mantissa) = ((half >> 10 & 0x1f) as i32, (half & 0x3ff) as f64);
    sign * match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (mantissa + 1024.0) * 2f64.powi(exponent - 25),
    }
}

fn read_float(content: Content, place: &[u8]) -> f64 {
    match (content, place) {
        (Content::Half, &[a, b]) => half_to(u16::from_le_bytes([a, b])),
        (Content::Float, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]) as f64,
        _ => place.try_into().map_or(0.0, f64::from_le_bytes),
    }
}

/// A number from its little-endian bytes.
pub fn unpack(content: Content, place: &[u8]) -> Value {
    let half = place.len() / 2;
    match content {
        Content::Signed => read_little(place, true),
        Content::Unsigned | Content::Pointer => read_little(place, false),
        Content::FloatComplex => complex::new(c(
            read_float(Content::Float, &place[..half]),
            read_float(Content::Float, &place[half..]),
        )),
        Content::DoubleComplex => complex::new(c(
            read_float(Content::Double, &place[..half]),
            read_float(Content::Double, &place[half..]),
        )),
        _ => Value::float(read_float(content, place)),
    }
}
