//! Format specs and `%` directives for numbers. Not here: the spec itself (`spec.rs`), digits of
//! floats (`digits.rs`).

use crate::error::{R, memory_error, overflow_error, value_error};
use crate::format::digits::{Style, float_to_string};
use crate::format::spec::{Align, Defaults, Spec, padded};
use crate::object::Gc;
use crate::objects::int::{self, Int};
use crate::objects::int_text;
use crate::objects::str::{self, Str};
use crate::value::Value;
use crate::vm::type_name;

// -- int ------------------------------------------------------------------------------------------

/// `int.__format__`, also of bool and other subclasses.
pub fn format_int(value: Value, spec: &Str) -> R<Gc<Str>> {
    if spec.len() == 0 {
        return crate::ops::str(value);
    }
    let type_name = type_name(value);
    let spec =
        Spec::parse(spec, Defaults { kind: b'd', align: Align::Right, type_name: &type_name })?;
    match spec.kind_byte() {
        Some(b'd' | b'n' | b'b' | b'o' | b'x' | b'X') => format_int_digits(value, &spec),
        Some(b'c') => format_character(value, &spec),
        Some(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => {
            format_float_with(int::to_f64(value)?, &spec, "int")
        }
        _ => Err(spec.unknown_code(&type_name)),
    }
}

fn refuse_float_options(spec: &Spec) -> R<()> {
    if spec.precision.is_some() {
        return Err(value_error("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(value_error(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    Ok(())
}

fn format_int_digits(value: Value, spec: &Spec) -> R<Gc<Str>> {
    refuse_float_options(spec)?;
    let (radix, prefix) = match spec.kind_byte() {
        Some(b'b') => (2, "0b"),
        Some(b'o') => (8, "0o"),
        Some(b'x') => (16, "0x"),
        Some(b'X') => (16, "0X"),
        _ => (10, ""),
    };
    let mut text =
        if radix == 10 { int_text::decimal(value)? } else { int_text::in_radix(value, radix)? };
    if spec.kind == b'X' as u32 {
        text.make_ascii_uppercase();
    }
    let prefix = if spec.alternate { prefix } else { "" };
    let group = if radix == 10 { 3 } else { 4 };
    lay_out(&text, prefix, Grouping { separator: spec.grouping, size: group }, spec)
}

fn format_character(value: Value, spec: &Spec) -> R<Gc<Str>> {
    refuse_float_options(spec)?;
    if spec.sign.is_some() {
        return Err(value_error("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(value_error(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    let code = match int::view(value) {
        Some(Int::Small(code @ 0..0x110000)) => code as u32,
        Some(Int::Small(_)) => return Err(overflow_error("%c arg not in range(0x110000)")),
        _ => return Err(overflow_error("Python int too large to convert to C long")),
    };
    let (left, right) = spec.margins(1);
    let total = left.checked_add(right).and_then(|n| n.checked_add(1)).ok_or_else(memory_error)?;
    let mut text: Vec<u32> = Vec::new();
    text.try_reserve_exact(total).map_err(|_| memory_error())?;
    text.resize(left, spec.fill);
    text.push(code);
    text.resize(total, spec.fill);
    Ok(str::from_code_points(&text))
}

// -- float ----------------------------------------------------------------------------------------

/// `float.__format__`.
pub fn format_float(f: f64, spec: &Str) -> R<Gc<Str>> {
    if spec.len() == 0 {
        return Ok(str::from_latin1(crate::objects::float_text::repr_of(f).as_bytes()));
    }
    let spec = Spec::parse(spec, Defaults { kind: 0, align: Align::Right, type_name: "float" })?;
    format_float_with(f, &spec, "float")
}

/// The precision that a float directive may have, as a C int.
fn checked_precision(precision: Option<usize>) -> R<Option<usize>> {
    match precision {
        Some(precision) if precision > i32::MAX as usize => Err(value_error("precision too big")),
        // The digits are made before they are padded: what memory cannot hold must be known before.
        Some(precision) if precision > 1 << 20 => {
            let mut probe: Vec<u8> = Vec::new();
            probe.try_reserve_exact(precision.saturating_mul(8)).map_err(|_| memory_error())?;
            core::hint::black_box(probe.as_ptr());
            Ok(Some(precision))
        }
        other => Ok(other),
    }
}

fn format_float_with(f: f64, spec: &Spec, type_name: &str) -> R<Gc<Str>> {
    let precision = checked_precision(spec.precision)?;
    let Some(kind @ (0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%')) = spec.kind_byte()
    else {
        return Err(spec.unknown_code(type_name));
    };
    let style = Style {
        kind: match kind {
            0 if precision.is_none() => b'r',
            0 | b'n' => b'g',
            b'%' => b'f',
            kind => kind.to_ascii_lowercase(),
        },
        upper: kind.is_ascii_uppercase(),
        precision: precision.unwrap_or(6),
        alternate: spec.alternate,
        dot_zero: kind == 0,
        no_negative_zero: spec.no_negative_zero,
    };
    let mut text = float_to_string(if kind == b'%' { f * 100.0 } else { f }, style);
    if kind == b'%' {
        text.push('%');
    }
    lay_out(&text, "", Grouping { separator: spec.grouping, size: 3 }, spec)
}

// -- complex --------------------------------------------------------------------------------------

/// `complex.__format__`.
pub fn format_complex(real: f64, imag: f64, spec: &Str) -> R<Gc<Str>> {
    let spec = Spec::parse(spec, Defaults { kind: 0, align: Align::Right, type_name: "complex" })?;
    let Some(kind @ (0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n')) = spec.kind_byte() else {
        return Err(spec.unknown_code("complex"));
    };
    if spec.fill == b'0' as u32 {
        return Err(value_error("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(value_error("'=' alignment flag is not allowed in complex format specifier"));
    }
    let precision = checked_precision(spec.precision)?;
    let style = Style {
        kind: match kind {
            0 if precision.is_none() => b'r',
            0 | b'n' => b'g',
            kind => kind.to_ascii_lowercase(),
        },
        upper: kind.is_ascii_uppercase(),
        precision: precision.unwrap_or(6),
        alternate: spec.alternate,
        dot_zero: false,
        no_negative_zero: spec.no_negative_zero,
    };
    let part = |f: f64, sign: Option<u8>| {
        let text = float_to_string(f, style);
        let inner = Spec { sign, width: 0, ..spec };
        laid_out_parts(&text, "", Grouping { separator: spec.grouping, size: 3 }, &inner).join()
    };
    // As repr: a real part of +0.0 is left out, and what is left needs no parentheses.
    let skip_real = kind == 0 && real == 0.0 && real.is_sign_positive();
    let body = if skip_real {
        format!("{}j", part(imag, spec.sign))
    } else {
        let both = format!("{}{}j", part(real, spec.sign), part(imag, Some(b'+')));
        if kind == 0 { format!("({both})") } else { both }
    };
    let (left, right) = spec.margins(body.len());
    padded("", &body, spec.fill, left, 0, right)
}

// -- layout ---------------------------------------------------------------------------------------

#[derive(Clone, Copy)]
struct Grouping {
    separator: Option<u8>,
    size: usize,
}

/// A number's text, taken apart: what stands before the digits, and the rest with separators.
struct Parts {
    head: String,
    body: String,
}

impl Parts {
    fn join(self) -> String {
        self.head + &self.body
    }
}

/// `text` is a sign (only `-`), digits, and whatever follows them: point, fraction, exponent, `%`,
/// or a word.
fn lay_out(text: &str, prefix: &str, grouping: Grouping, spec: &Spec) -> R<Gc<Str>> {
    // The zeros between separators belong to the digits: their number is bounded by memory.
    if spec.width > 1 << 20 {
        let mut probe: Vec<u8> = Vec::new();
        probe.try_reserve_exact(spec.width.saturating_mul(4)).map_err(|_| memory_error())?;
        core::hint::black_box(probe.as_ptr());
    }
    let parts = laid_out_parts(text, prefix, grouping, spec);
    let (left, right) = spec.margins(parts.head.len() + parts.body.len());
    match spec.align {
        Align::AfterSign => padded(&parts.head, &parts.body, spec.fill, 0, left, 0),
        _ => padded(&parts.head, &parts.body, spec.fill, left, 0, right),
    }
}

fn laid_out_parts(text: &str, prefix: &str, grouping: Grouping, spec: &Spec) -> Parts {
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let sign = match (negative, spec.sign) {
        (true, _) => "-",
        (false, Some(b'+')) => "+",
        (false, Some(b' ')) => " ",
        _ => "",
    };
    let head = format!("{sign}{prefix}");
    let is_digit =
        |c: char| if grouping.size == 4 { c.is_ascii_hexdigit() } else { c.is_ascii_digit() };
    let whole_len = magnitude.find(|c| !is_digit(c)).unwrap_or(magnitude.len());
    let (whole, rest) = magnitude.split_at(whole_len);
    let rest = match spec.fraction_grouping {
        Some(separator) => group_fraction(rest, separator),
        None => rest.to_string(),
    };
    let fills_digits = spec.fill == b'0' as u32 && spec.align == Align::AfterSign;
    let least = if fills_digits { spec.width.saturating_sub(head.len() + rest.len()) } else { 0 };
    let body = match grouping.separator {
        Some(separator) if !whole.is_empty() => {
            group(whole, grouping.size, separator, least) + &rest
        }
        _ => format!("{whole}{rest}"),
    };
    Parts { head, body }
}

/// Digits in groups from the right, with zeros in front up to `least` characters (one more where a
/// separator would lead).
fn group(digits: &str, size: usize, separator: u8, least: usize) -> String {
    let mut reversed = String::with_capacity(digits.len().max(least) * 4 / 3 + 4);
    let mut source = digits.bytes().rev();
    let (mut remaining, mut least) = (digits.len() as isize, least as isize);
    loop {
        let len = (size as isize).min(remaining.max(least).max(1));
        reversed.extend((0..len).map(|_| source.next().unwrap_or(b'0') as char));
        remaining -= len;
        least -= len;
        if remaining <= 0 && least <= 0 {
            break;
        }
        reversed.push(separator as char);
        least -= 1;
    }
    reversed.chars().rev().collect()
}

/// `.1234567e+10` with a separator after every third digit of the fraction.
fn group_fraction(rest: &str, separator: u8) -> String {
    let Some(fraction) = rest.strip_prefix('.') else { return rest.to_string() };
    let len = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    let (digits, tail) = fraction.split_at(len);
    let mut grouped = String::from(".");
    for (i, c) in digits.chars().enumerate() {
        if i != 0 && i % 3 == 0 {
            grouped.push(separator as char);
        }
        grouped.push(c);
    }
    grouped + tail
}

// -- the % operator -------------------------------------------------------------------------------

/// The text of an int under `%d %i %u %o %x %X`: sign `-`, prefix when `alternate`, at least
/// `precision` digits. The caller pads and adds other signs.
pub fn percent_int(
    value: Value,
    conversion: u8,
    alternate: bool,
    precision: Option<usize>,
) -> R<String> {
    let (text, prefix) = match conversion {
        b'o' => (int_text::in_radix(value, 8)?, "0o"),
        b'x' | b'X' => (int_text::in_radix(value, 16)?, "0x"),
        _ => (int_text::decimal(value)?, ""),
    };
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.as_str()),
    };
    let prefix = if alternate { prefix } else { "" };
    let zeros = checked_precision(precision)?.unwrap_or(0).saturating_sub(digits.len());
    let mut result = format!("{sign}{prefix}{}{digits}", "0".repeat(zeros));
    if conversion == b'X' {
        result.make_ascii_uppercase();
    }
    Ok(result)
}

/// The text of a float under `%e %E %f %F %g %G`; `precision` is 6 when not given.
pub fn percent_float(
    f: f64,
    conversion: u8,
    alternate: bool,
    precision: Option<usize>,
) -> R<String> {
    let precision = checked_precision(precision)?.unwrap_or(6);
    let style = Style {
        kind: conversion.to_ascii_lowercase(),
        upper: conversion.is_ascii_uppercase(),
        precision,
        alternate,
        dot_zero: false,
        no_negative_zero: false,
    };
    Ok(float_to_string(f, style))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(f: f64, spec: &str, expected: &str) {
        let text = format_float(f, &str::new(spec)).map(|text| text.to_string_lossy());
        assert_eq!(text.unwrap_or_else(|_| "raised".into()), expected, "{f:?} {spec:?}");
    }

    #[test]
    fn floats_are_formatted_as_cpython_does() {
        crate::bootstrap::start();
        for (f, spec, expected) in [
            (1.0, "", "1.0"),
            (1e16, "", "1e+16"),
            (1e15, "", "1000000000000000.0"),
            (123456789012345680.0, "", "1.2345678901234568e+17"),
            (0.0001, "", "0.0001"),
            (0.00001, "", "1e-05"),
            (5e-324, "", "5e-324"),
            (0.5, ".0f", "0"),
            (1.5, ".0f", "2"),
            (2.5, ".0f", "2"),
            (0.125, ".2f", "0.12"),
            (0.375, ".2f", "0.38"),
            (1.0, "#.0e", "1.e+00"),
            (1234.0, ".4", "1.234e+03"),
            (1234.0, ".5", "1234.0"),
            (0.0, ".0", "0e+00"),
            (1e20, "#", "1.e+20"),
            (1.0, "#", "1.0"),
            (1.0, "#g", "1.00000"),
            (-0.04, "z.1f", "0.0"),
            (1234567.1234567, ",.7,f", "1,234,567.123,456,7"),
            (1234567.1234567, "030,.7_f", "0,000,000,001,234,567.123_456_7"),
            (f64::NEG_INFINITY, "010F", "-000000INF"),
            (1.5, "=+10", "+      1.5"),
            (0.12345, ".2%", "12.35%"),
            (1.0, ".2147483648f", "raised"),
        ] {
            check(f, spec, expected);
        }
    }
}
