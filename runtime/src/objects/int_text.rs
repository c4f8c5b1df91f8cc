//! int as text: decimal and other bases, parsing, the limit on decimal digits.
//! Not here: the format mini-language (`format/number.rs`).

use crate::error::{R, Raised, value_error};
use crate::objects::int::{self, Int};
use crate::objects::int_text_long;
use crate::objects::str::{self, Chars, Str};
use crate::unicode;
use crate::value::{FALSE, TRUE, Value};
use core::cell::Cell;
use dashu_int::{IBig, Sign, UBig};

// -- the limit -------------------------------------------------------------------------------

pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// The lowest limit that may be set, and the length below which it is not looked at.
pub const MAX_STR_DIGITS_THRESHOLD: usize = 640;

thread_local! { static MAX_STR_DIGITS: Cell<usize> = const { Cell::new(DEFAULT_MAX_STR_DIGITS) }; }

/// `sys.get_int_max_str_digits()`; 0 = no limit.
pub fn max_str_digits() -> usize {
    MAX_STR_DIGITS.get()
}

/// `sys.set_int_max_str_digits(digits)`; the caller has checked the threshold.
pub fn set_max_str_digits(digits: usize) {
    MAX_STR_DIGITS.set(digits);
}

#[cold]
fn too_long_to_print(limit: usize) -> Raised {
    value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
    ))
}

#[cold]
fn too_long_to_read(limit: usize, digits: usize) -> Raised {
    value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
         sys.set_int_max_str_digits() to increase the limit"
    ))
}

// -- writing ---------------------------------------------------------------------------------

/// The slot. (That of bool is its own: `int.__repr__(True)` is '1'.)
pub fn repr(value: Value) -> R {
    if value.is_int() {
        let mut buffer = [0; 20];
        return Ok(str::from_latin1(decimal_word(value.unbox_int(), &mut buffer)).value());
    }
    Ok(str::from_latin1(decimal(value)?.as_bytes()).value())
}

/// The decimal digits of a word, in the end of the buffer.
fn decimal_word(i: i64, buffer: &mut [u8; 20]) -> &[u8] {
    let mut rest = i.unsigned_abs();
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if i < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

/// `str(int)` of any int; the limit applies.
pub fn decimal(value: Value) -> R<String> {
    match int::view(value) {
        Some(Int::Small(i)) => Ok(i.to_string()),
        Some(Int::Big(big)) => decimal_big(big),
        None => Err(crate::error::system_error("decimal of a value that is no int")),
    }
}

/// The same without the limit, for what is no text of the program.
pub fn unlimited_decimal(value: Value) -> R<String> {
    match int::view(value) {
        Some(Int::Small(i)) => Ok(i.to_string()),
        Some(Int::Big(big)) => {
            crate::objects::int_big::reserve_bits(int::magnitude_bits(big).saturating_mul(2) as _)?;
            digits_of(big)
        }
        None => Err(crate::error::system_error("decimal of a value that is no int")),
    }
}

fn decimal_big(big: &IBig) -> R<String> {
    let limit = max_str_digits();
    let bits = int::magnitude_bits(big);
    // At least floor((bits - 1) * log10(2)) + 1 digits: known without the conversion, which is what
    // the limit is against.
    if limit != 0 && ((bits - 1) as f64 * core::f64::consts::LOG10_2) as usize > limit {
        return Err(too_long_to_print(limit));
    }
    crate::objects::int_big::reserve_bits(bits.saturating_mul(2))?;
    let text = digits_of(big)?;
    if limit != 0 && text.len() - int::is_negative(big) as usize > limit {
        return Err(too_long_to_print(limit));
    }
    Ok(text)
}

fn digits_of(big: &IBig) -> R<String> {
    if int::magnitude_bits(big) <= int_text_long::LONG_BITS {
        return Ok(big.to_string());
    }
    let (sign, magnitude) = big.clone().into_parts();
    let mut text = int_text_long::write(&magnitude)?;
    if sign == Sign::Negative {
        text.insert(0, '-');
    }
    Ok(text)
}

/// Sign and digits of any int in base 2, 8 or 16, lower case, without prefix.
pub fn in_radix(value: Value, radix: u8) -> R<String> {
    match int::view(value) {
        Some(Int::Small(i)) => {
            let sign = if i < 0 { "-" } else { "" };
            let magnitude = i.unsigned_abs();
            Ok(match radix {
                2 => format!("{sign}{magnitude:b}"),
                8 => format!("{sign}{magnitude:o}"),
                _ => format!("{sign}{magnitude:x}"),
            })
        }
        Some(Int::Big(big)) => {
            crate::objects::int_big::reserve_digits(big)?;
            Ok(big.in_radix(radix).to_string())
        }
        None => Err(crate::error::system_error("in_radix of a value that is no int")),
    }
}

/// `bin`, `oct`, `hex`: with sign and prefix.
pub fn with_prefix(value: Value, radix: u8) -> R<String> {
    let digits = in_radix(value, radix)?;
    let prefix = match radix {
        2 => "0b",
        8 => "0o",
        _ => "0x",
    };
    Ok(match digits.strip_prefix('-') {
        Some(magnitude) => format!("-{prefix}{magnitude}"),
        None => format!("{prefix}{digits}"),
    })
}

// -- reading ---------------------------------------------------------------------------------

/// A number's text as ASCII: any decimal digit as 0 to 9, any space as a blank, what else is not
/// ASCII as `?`.
pub fn to_ascii_number(text: &Str) -> Vec<u8> {
    if let Some(ascii) = text.as_ascii() {
        return ascii.as_bytes().to_vec();
    }
    let transform = |c: u32| match c {
        0..0x80 => c as u8,
        _ if unicode::is_space(c) => b' ',
        _ => unicode::decimal(c).map_or(b'?', |digit| b'0' + digit),
    };
    match text.chars() {
        Chars::Narrow(bytes) => bytes.iter().map(|&c| transform(c as u32)).collect(),
        Chars::Wide(words) => words.iter().map(|&c| transform(c)).collect(),
    }
}

/// Bytes have the spaces of ASCII alone, without the four separators that are spaces in text.
pub fn is_plain(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| b.is_ascii() && !(0x1c..=0x1f).contains(b))
}
pub fn trim(text: &[u8]) -> &[u8] {
    let is_space = |c: &u8| unicode::is_space(*c as u32);
    let start = text.iter().position(|c| !is_space(c)).unwrap_or(text.len());
    let end = text.iter().rposition(|c| !is_space(c)).map_or(start, |i| i + 1);
    &text[start..end]
}

/// `int(text, base)` where `text` is ASCII; base 0 reads a prefix. `Ok(None)`: not a number.
pub fn parse(text: &[u8], base: u32) -> R<Option<Value>> {
    let (negative, digits) = match trim(text) {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    let Some((digits, base)) = without_prefix(digits, base) else { return Ok(None) };
    let Some(digits) = clean_digits(digits, base) else { return Ok(None) };
    let magnitude = match small_magnitude(&digits, base) {
        Some(magnitude) => {
            return Ok(Some(Value::int(if negative { -magnitude } else { magnitude })));
        }
        None => big_magnitude(&digits, base)?,
    };
    let big = IBig::from(magnitude);
    Ok(Some(int::from_big(if negative { -big } else { big })))
}

/// The digits after `0x` and its like, and the base that they are in.
fn without_prefix(digits: &[u8], base: u32) -> Option<(&[u8], u32)> {
    let prefixed = match digits {
        [b'0', letter, ..] => match letter.to_ascii_lowercase() {
            b'b' => Some(2),
            b'o' => Some(8),
            b'x' => Some(16),
            _ => None,
        },
        _ => None,
    };
    match (base, prefixed) {
        (0, Some(found)) => Some((after_prefix(digits), found)),
        // A leading zero is an octal number of old, unless there is nothing else.
        (0, None)
            if digits.first() == Some(&b'0')
                && digits.iter().any(|c| !matches!(c, b'0' | b'_')) =>
        {
            None
        }
        (0, None) => Some((digits, 10)),
        (_, Some(found)) if found == base => Some((after_prefix(digits), base)),
        _ => Some((digits, base)),
    }
}

/// One underscore may follow the prefix.
fn after_prefix(digits: &[u8]) -> &[u8] {
    match &digits[2..] {
        [b'_', rest @ ..] => rest,
        rest => rest,
    }
}

/// The digits without single underscores between them; None when there is anything else.
fn clean_digits(text: &[u8], base: u32) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(text.len());
    let mut after_digit = false;
    for &c in text {
        match c {
            b'_' if after_digit => after_digit = false,
            _ if (c as char).is_digit(base) => {
                digits.push(c);
                after_digit = true;
            }
            _ => return None,
        }
    }
    after_digit.then_some(digits)
}

fn small_magnitude(digits: &[u8], base: u32) -> Option<i64> {
    if digits.len() > 40 {
        return None;
    }
    digits.iter().try_fold(0i64, |number, &c| {
        number.checked_mul(base as i64)?.checked_add((c as char).to_digit(base)? as i64)
    })
}

fn big_magnitude(digits: &[u8], base: u32) -> R<UBig> {
    let limit = max_str_digits();
    if !base.is_power_of_two()
        && limit != 0
        && digits.len() > MAX_STR_DIGITS_THRESHOLD
        && digits.len() > limit
    {
        return Err(too_long_to_read(limit, digits.len()));
    }
    crate::objects::int_big::reserve_bits(digits.len().saturating_mul(6))?;
    let text = core::str::from_utf8(digits).unwrap_or_default();
    let number = if base == 10 && digits.len() > int_text_long::LONG_TEXT {
        int_text_long::read(text)?
    } else {
        UBig::from_str_radix(text, base).ok()
    };
    number.ok_or_else(|| crate::error::system_error("digits that were checked could not be read"))
}

/// "invalid literal for int() with base 10: '12x'"; `source` is a str or bytes object.
#[cold]
pub fn invalid_literal(source: Value, base: u32) -> Raised {
    match crate::ops::repr(source) {
        Ok(repr) => {
            let repr: String = repr.to_string_lossy().chars().take(200).collect();
            value_error(format!("invalid literal for int() with base {base}: {repr}"))
        }
        Err(raised) => raised,
    }
}

/// The text of `True` or `False`.
pub fn bool_name(value: Value) -> &'static str {
    debug_assert!(value == TRUE || value == FALSE);
    if value == TRUE { "True" } else { "False" }
}
