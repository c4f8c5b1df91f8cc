//! float as text: repr, parsing, hexadecimal. Not here: the format mini-language
//! (`format/number.rs`).

use crate::error::{R, Raised, overflow_error, value_error};
use crate::objects::int_big;
use crate::objects::int_text::trim;
use crate::objects::str;
use crate::value::Value;

/// The slot.
pub fn repr(value: Value) -> R {
    let f = crate::objects::float::view(value).unwrap_or(0.0);
    Ok(str::from_latin1(repr_of(f).as_bytes()).value())
}

/// The shortest text that reads back as `f`, as Python writes it: `1.0`, `1e+16`, `nan`.
pub fn repr_of(f: f64) -> String {
    crate::format::digits::repr_of(f)
}

pub fn non_finite(f: f64) -> &'static str {
    match f {
        f64::INFINITY => "inf",
        f64::NEG_INFINITY => "-inf",
        _ => "nan",
    }
}

/// How a number without a fraction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Bare,
    Dot,
    DotZero,
}

/// Digits with the decimal point after the first of them, and an exponent of two digits at least.
pub fn exponential(digits: &str, point: i32, ending: Ending) -> String {
    let (first, rest) = digits.split_at(1);
    let dot = if rest.is_empty() && ending != Ending::Dot { "" } else { "." };
    let exponent = point - 1;
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{dot}{rest}e{sign}{:02}", exponent.abs())
}

/// Digits with the decimal point after the first `point` of them.
pub fn positional(digits: &str, point: i32, ending: Ending) -> String {
    let Ok(whole) = usize::try_from(point) else {
        return format!("0.{}{digits}", "0".repeat(point.unsigned_abs() as usize));
    };
    if whole == 0 {
        return format!("0.{digits}");
    }
    if whole < digits.len() {
        let (whole, fraction) = digits.split_at(whole);
        return format!("{whole}.{fraction}");
    }
    let end = match ending {
        Ending::Bare => "",
        Ending::Dot => ".",
        Ending::DotZero => ".0",
    };
    format!("{digits}{}{end}", "0".repeat(whole - digits.len()))
}

/// The shortest digits of |f| (finite) without trailing zeros ("0" for zero), and the place of the
/// decimal point among them.
pub fn shortest(f: f64) -> (String, i32) {
    if f == 0.0 {
        return ("0".to_string(), 1);
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(f.abs());
    let (number, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut point = exponent + whole.len() as i32;
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    point -= (all.len() - digits.len()) as i32;
    (digits.trim_end_matches('0').to_string(), point)
}

// -- reading -------------------------------------------------------------------------------------

/// `float(text)` where `text` is ASCII; None when it is no number.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = trim(text);
    if !text.contains(&b'_') {
        return parse_plain(text);
    }
    let digit_at = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
    let well_placed = |i: usize| digit_at(i.checked_sub(1)) && digit_at(Some(i + 1));
    if !text.iter().enumerate().all(|(i, &c)| c != b'_' || well_placed(i)) {
        return None;
    }
    let plain: Vec<u8> = text.iter().copied().filter(|&c| c != b'_').collect();
    parse_plain(&plain)
}

/// Without spaces and underscores.
pub fn parse_plain(text: &[u8]) -> Option<f64> {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        rest => rest,
    };
    let named = match unsigned.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => Some(f64::INFINITY),
        b"nan" => Some(f64::NAN),
        _ => None,
    };
    if let Some(named) = named {
        return Some(if text[0] == b'-' { -named } else { named });
    }
    if !unsigned.first().is_some_and(|c| c.is_ascii_digit() || *c == b'.') {
        return None;
    }
    // What is left can only be a number to both Python and Rust, or to neither.
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// "could not convert string to float: 'abc'".
#[cold]
pub fn could_not_convert(source: Value) -> Raised {
    match crate::ops::repr(source) {
        Ok(repr) => {
            value_error(format!("could not convert string to float: {}", repr.to_string_lossy()))
        }
        Err(raised) => raised,
    }
}

// -- hexadecimal ----------------------------------------------------------------------------------

/// `float.hex`.
pub fn to_hex(f: f64) -> String {
    if !f.is_finite() {
        return non_finite(f).to_string();
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    if f == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = f.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (lead, exponent) = if exponent == 0 { (0, -1022) } else { (1, exponent - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex`.
pub fn from_hex(text: &[u8]) -> R<f64> {
    let text = trim(text);
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let magnitude = match rest.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        lower => hex_magnitude(lower.strip_prefix(b"0x").unwrap_or(lower))?,
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn hex_magnitude(text: &[u8]) -> R<f64> {
    let invalid = || value_error("invalid hexadecimal floating-point string");
    let (number, exponent) = match text.iter().position(|&c| c == b'p') {
        Some(p) => (&text[..p], parse_exponent(&text[p + 1..]).ok_or_else(invalid)?),
        None => (text, 0),
    };
    let (whole, fraction) = match number.iter().position(|&c| c == b'.') {
        Some(dot) => (&number[..dot], &number[dot + 1..]),
        None => (number, &[][..]),
    };
    let digit = |c: &u8| (*c as char).to_digit(16);
    if whole.len() + fraction.len() == 0
        || !whole.iter().chain(fraction).all(|c| digit(c).is_some())
    {
        return Err(invalid());
    }
    // Up to 16 significant digits in a word; of the rest only whether they are zero, and how many
    // stand before the point.
    let (mut top, mut taken, mut sticky, mut skipped) = (0u64, 0, false, 0i64);
    for value in whole.iter().chain(fraction).filter_map(digit) {
        if taken < 16 {
            top = top << 4 | value as u64;
            taken += (top != 0) as u32;
        } else {
            sticky |= value != 0;
            skipped += 1;
        }
    }
    if top == 0 {
        return Ok(0.0);
    }
    let exponent = exponent.saturating_add(4 * (skipped - fraction.len() as i64));
    let shift = top.leading_zeros();
    let exponent = (exponent - shift as i64).clamp(-100_000, 100_000) as i32;
    int_big::scale(top << shift, sticky, exponent)
        .ok_or_else(|| overflow_error("hexadecimal value too large to represent as a float"))
}

/// Decimal digits with a sign, clamped far outside of what a float can have.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    const FAR: i64 = 1 << 60;
    let magnitude = digits.iter().fold(0i64, |n, c| (n * 10 + (c - b'0') as i64).min(FAR / 16));
    Some(if negative { -magnitude } else { magnitude })
}
