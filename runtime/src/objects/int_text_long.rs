//! Decimal text of very long ints, by halves (Knuth, TAOCP vol. 2, 4.4, exercise 14): between the steps a signal's handler may run, which
//! the library's own conversion would keep waiting for seconds. Not here: shorter ones, other bases (they take linear time).

use crate::error::R;
use crate::pending;
use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

/// Digits that are converted in one go, in less than a millisecond.
const PIECE: usize = 1 << 14;
/// Bits of a number with more digits than that.
pub const LONG_BITS: usize = 1 << 18;
/// Digits of a text that is read by halves.
pub const LONG_TEXT: usize = 1 << 16;

/// 10^PIECE, its square, the square of that: all whose square root is below `10^digits`.
fn powers(digits: usize) -> R<Vec<UBig>> {
    let mut powers = vec![UBig::from(10u8).pow(PIECE)];
    while (PIECE << powers.len()) < digits {
        pending::check()?;
        let last = &powers[powers.len() - 1];
        powers.push(last * last);
    }
    Ok(powers)
}

/// The digits of a number of more than [LONG_BITS].
pub fn write(number: &UBig) -> R<String> {
    let digits = (number.bit_len() as f64 * core::f64::consts::LOG10_2) as usize + 1;
    let powers = powers(digits)?;
    let mut text = String::new();
    if text.try_reserve_exact(digits + 1).is_err() {
        return Err(crate::error::memory_error());
    }
    write_below(number.clone(), &powers, &mut text)?;
    Ok(text)
}

/// `number` is below the square of the last power. Leading zeros are written where something stands before.
fn write_below(number: UBig, powers: &[UBig], text: &mut String) -> R<()> {
    let Some((power, smaller)) = powers.split_last() else {
        let digits = number.to_string();
        if text.is_empty() {
            if !number.is_zero() {
                text.push_str(&digits);
            }
        } else {
            text.extend(core::iter::repeat_n('0', PIECE - digits.len()));
            text.push_str(&digits);
        }
        return Ok(());
    };
    pending::check()?;
    let (high, low) = number.div_rem(power);
    write_below(high, smaller, text)?;
    write_below(low, smaller, text)
}

/// The number that a text of more than [LONG_TEXT] digits means; None: there is something else than digits in it.
pub fn read(digits: &str) -> R<Option<UBig>> {
    let powers = powers(digits.len())?;
    read_below(digits, &powers)
}

fn read_below(digits: &str, powers: &[UBig]) -> R<Option<UBig>> {
    let Some((power, smaller)) = powers.split_last() else {
        return Ok(if digits.is_empty() { Some(UBig::ZERO) } else { UBig::from_str_radix(digits, 10).ok() });
    };
    pending::check()?;
    let (high, low) = digits.split_at(digits.len().saturating_sub(PIECE << smaller.len()));
    let (Some(high), Some(low)) = (read_below(high, smaller)?, read_below(low, smaller)?) else { return Ok(None) };
    Ok(Some(high * power + low))
}
