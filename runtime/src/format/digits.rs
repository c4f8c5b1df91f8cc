//! The decimal digits of a float, correctly rounded to any number of places (halves to even). Not
//! here: their layout (`number.rs`).

use crate::objects::float_text::{Ending, exponential, non_finite, positional, shortest};

/// A double has at most this many digits after the point, and fewer significant ones.
const MOST_PLACES: usize = 1074;

/// `%.{places}f` of a float that is finite and not negative. The zeros beyond the last digit of the
/// exact value are added here, since Rust bounds the precision.
pub fn fixed(f: f64, places: usize) -> String {
    let exact = places.min(MOST_PLACES);
    let mut text = format!("{f:.exact$}");
    text.extend(core::iter::repeat_n('0', places - exact));
    text
}

/// The first `count` significant digits of a float that is finite and not negative, and the place
/// of the decimal point among them.
pub fn significant(f: f64, count: usize) -> (String, i32) {
    let exact = (count.max(1) - 1).min(MOST_PLACES);
    let text = format!("{f:.exact$e}");
    let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits: String = number.chars().filter(|&c| c != '.').collect();
    digits.extend(core::iter::repeat_n('0', count.saturating_sub(digits.len())));
    (digits, exponent.parse::<i32>().unwrap_or(0) + 1)
}

/// How `PyOS_double_to_string` is asked.
#[derive(Clone, Copy)]
pub struct Style {
    /// `e`, `f`, `g`, or `r` for repr.
    pub kind: u8,
    /// Letters are capitals.
    pub upper: bool,
    pub precision: usize,
    /// Keep the decimal point and trailing zeros.
    pub alternate: bool,
    /// A whole number ends in `.0`.
    pub dot_zero: bool,
    pub no_negative_zero: bool,
}

/// Sign, digits, point and exponent of any float.
pub fn float_to_string(f: f64, style: Style) -> String {
    let text = if f.is_finite() { finite_to_string(f, style) } else { non_finite(f).to_string() };
    if style.upper { text.to_ascii_uppercase() } else { text }
}

fn finite_to_string(f: f64, style: Style) -> String {
    let magnitude = f.abs();
    let text = match style.kind {
        b'f' => {
            let mut text = fixed(magnitude, style.precision);
            if style.alternate && style.precision == 0 {
                text.push('.');
            }
            text
        }
        b'e' => {
            let (digits, point) = significant(magnitude, style.precision.saturating_add(1));
            exponential(&digits, point, style.mantissa())
        }
        b'g' => general(magnitude, style),
        _ => shortest_text(magnitude, style),
    };
    let is_zero = || !text.bytes().take_while(|&c| c != b'e').any(|c| matches!(c, b'1'..=b'9'));
    if f.is_sign_negative() && !(style.no_negative_zero && is_zero()) {
        format!("-{text}")
    } else {
        text
    }
}

impl Style {
    /// The end of a whole number without an exponent.
    fn whole(self) -> Ending {
        match (self.dot_zero, self.alternate) {
            (true, _) => Ending::DotZero,
            (false, true) => Ending::Dot,
            (false, false) => Ending::Bare,
        }
    }
    /// The end of a whole number before an exponent.
    fn mantissa(self) -> Ending {
        if self.alternate { Ending::Dot } else { Ending::Bare }
    }
}

/// The shortest digits, laid out by the rules of repr.
fn shortest_text(magnitude: f64, style: Style) -> String {
    let (digits, point) = shortest(magnitude);
    if point > 16 || point <= -4 {
        exponential(&digits, point, style.mantissa())
    } else {
        positional(&digits, point, style.whole())
    }
}

fn general(magnitude: f64, style: Style) -> String {
    let precision = style.precision.max(1);
    let (mut digits, point) = significant(magnitude, precision);
    if !style.alternate {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    let most = precision as i64 - style.dot_zero as i64;
    if point <= -4 || point as i64 > most {
        return exponential(&digits, point, style.mantissa());
    }
    positional(&digits, point, style.whole())
}

/// The text of repr.
pub fn repr_of(f: f64) -> String {
    let style = Style {
        kind: b'r',
        upper: false,
        precision: 0,
        alternate: false,
        dot_zero: true,
        no_negative_zero: false,
    };
    float_to_string(f, style)
}
