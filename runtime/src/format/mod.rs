//! Formatting: the mini-language of `format()` (`spec.rs`) and text under it (here), numbers
//! (`number.rs`, `digits.rs`), `%` (`percent.rs`), `str.format` (`template.rs`).

pub mod digits;
pub mod number;
pub mod percent;
pub mod spec;
pub mod template;

use crate::error::{R, value_error};
use crate::object::Gc;
use crate::objects::str::{self, Str, StrBuilder, exact};
use crate::ops;
use crate::value::Value;
use crate::unicode;
use spec::{Align, Defaults, Spec};

/// `format(value, spec)` of exact str, int and float, without a call of `__format__`; None for
/// others.
pub fn of_builtin(value: Value, spec: Gc<Str>) -> R<Option<Gc<Str>>> {
    let is_plain = spec.len() == 0;
    if str::is_exact(value) {
        let text = value.cast();
        return if is_plain { Ok(text) } else { format_text(text, spec) }.map(Some);
    }
    if value.is_int() {
        return if is_plain { ops::str(value) } else { number::format_int(value, &spec) }.map(Some);
    }
    if value.is_float() {
        let text = if is_plain {
            ops::str(value)
        } else {
            number::format_float(value.unbox_float(), &spec)
        };
        return text.map(Some);
    }
    Ok(None)
}

/// `str.__format__` with a spec that is not empty.
pub fn format_text(text: Gc<Str>, spec: Gc<Str>) -> R<Gc<Str>> {
    let spec = Spec::parse(&spec, Defaults { kind: b's', align: Align::Left, type_name: "str" })?;
    refuse_number_options(&spec)?;
    let len = text.len().min(spec.precision.unwrap_or(usize::MAX));
    let (left, right) = spec.margins(len);
    if left + right == 0 && len == text.len() {
        return Ok(exact(text));
    }
    let mut builder = StrBuilder::new();
    builder.push_repeat(spec.fill, left)?;
    builder.push_slice(text, 0, len);
    builder.push_repeat(spec.fill, right)?;
    builder.finish()
}

/// In CPython's order.
fn refuse_number_options(spec: &Spec) -> R<()> {
    if spec.kind != b's' as u32 {
        return Err(spec.unknown_code("str"));
    }
    let what = match spec.sign {
        Some(b' ') => "Space",
        Some(_) => "Sign",
        None if spec.no_negative_zero => "Negative zero coercion (z)",
        None if spec.alternate => "Alternate form (#)",
        None if spec.align == Align::AfterSign => {
            return Err(value_error("'=' alignment not allowed in string format specifier"));
        }
        None => return Ok(()),
    };
    Err(value_error(format!("{what} not allowed in string format specifier")))
}

/// A number in a spec or a field name; None when there are no digits.
fn digits(chars: &[u32], at: &mut usize) -> R<Option<usize>> {
    let mut number = None;
    while let Some(digit) = chars.get(*at).and_then(|&c| unicode::decimal(c)) {
        let tens = number.unwrap_or(0_isize).checked_mul(10);
        let Some(grown) = tens.and_then(|n| n.checked_add(digit as isize)) else { return Err(value_error("Too many decimal digits in format string")) };
        number = Some(grown);
        *at += 1;
    }
    Ok(number.map(|n| n as usize))
}
