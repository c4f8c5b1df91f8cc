//! Operations on big ints that need care: sizes that memory cannot hold, loops that Ctrl-C must
//! reach, correct rounding to a float. Not here: the operators themselves (`int.rs`).

use crate::error::{R, memory_error, value_error};
use crate::objects::int::{Int, floor_div_rem_big, is_negative, magnitude_bits};
use crate::pending;
use dashu_int::ops::{BitTest, DivRem, ExtendedGcd};
use dashu_int::{IBig, Sign, UBig};

/// Results below this many bits are allocated without asking whether there is memory.
const UNCHECKED_BITS: usize = 1 << 23;
/// Working memory of a multiplication or a division, in multiples of its result: the transforms of long ones are given 16 bits a word, and
/// a power of two of them. (Of most of it only the addresses are used.)
const WORKING_FACTOR: usize = 50;

/// MemoryError unless a number of `bits` bits, and the room to compute it, can be had. (The number
/// library ends the process when an allocation fails.)
pub fn reserve_bits(bits: usize) -> R<()> {
    if bits < UNCHECKED_BITS { Ok(()) } else { reserve(bits, WORKING_FACTOR) }
}
/// MemoryError unless another number of its length can be had.
#[inline]
pub fn with_room(number: &IBig) -> R<&IBig> {
    let bits = magnitude_bits(number);
    if bits >= UNCHECKED_BITS {
        reserve(bits, 2)?;
    }
    Ok(number)
}
/// MemoryError unless its digits can be had: in base 2 there are eight in a byte.
pub fn reserve_digits(number: &IBig) -> R<()> {
    let bits = magnitude_bits(number);
    if bits < UNCHECKED_BITS { Ok(()) } else { reserve(bits, 12) }
}
#[cold]
fn reserve(bits: usize, factor: usize) -> R<()> {
    let bytes = (bits / 8).checked_mul(factor).filter(|&bytes| bytes < isize::MAX as usize);
    let Some(bytes) = bytes else { return Err(memory_error()) };
    let mut probe: Vec<u8> = Vec::new();
    probe.try_reserve_exact(bytes).map_err(|_| memory_error())?;
    // Seen by the optimizer, which would drop an allocation without a use.
    core::hint::black_box(probe.as_ptr());
    Ok(())
}

pub fn mul(a: &IBig, b: &IBig) -> R<IBig> {
    reserve_bits(magnitude_bits(a).saturating_add(magnitude_bits(b)))?;
    Ok(a * b)
}

pub fn shift_left(a: &IBig, count: usize) -> R<IBig> {
    let bits = magnitude_bits(a).saturating_add(count);
    if bits >= UNCHECKED_BITS {
        reserve(bits, 2)?;
    }
    Ok(a << count)
}

/// The remainder with the sign of `b`, which is not 0.
pub fn modulo(a: &IBig, b: &IBig) -> IBig {
    let remainder = a % b;
    if !remainder.is_zero() && is_negative(&remainder) != is_negative(b) {
        remainder + b
    } else {
        remainder
    }
}

/// |big| mod m.
pub fn magnitude_mod(big: &IBig, m: u64) -> u64 {
    let (_, words) = big.as_sign_words();
    // m is below 2^61, so that a remainder and a word fit in 128 bits.
    words
        .iter()
        .rev()
        .fold(0, |rest, &word| (((rest as u128) << 64 | word as u128) % m as u128) as u64)
}

/// The power of an int to an exponent that is not negative.
pub fn pow(base: Int, exponent: Int) -> R<IBig> {
    match base {
        Int::Small(0) => return Ok(IBig::from(matches!(exponent, Int::Small(0)) as u8)),
        Int::Small(1) => return Ok(IBig::ONE),
        Int::Small(-1) => return Ok(if exponent.is_odd() { IBig::NEG_ONE } else { IBig::ONE }),
        _ => {}
    }
    // With |base| >= 2 an exponent of 64 bits is more than any memory.
    let Int::Small(exponent) = exponent else { return Err(memory_error()) };
    let exponent = exponent as usize;
    let base = base.big();
    let bits = magnitude_bits(&base);
    let least = (bits - 1).checked_mul(exponent).ok_or_else(memory_error)?;
    reserve_bits(least)?;
    // Squaring an odd number and shifting once is cheaper than carrying the zeros along.
    let zeros = base.trailing_zeros().unwrap_or(0);
    let odd = &*base >> zeros;
    let power = if least < UNCHECKED_BITS / 8 {
        odd.pow(exponent)
    } else {
        pow_by_squaring(&odd, exponent)?
    };
    if zeros == 0 { Ok(power) } else { shift_left(&power, zeros * exponent) }
}

fn pow_by_squaring(base: &IBig, exponent: usize) -> R<IBig> {
    let mut power = IBig::ONE;
    for bit in (0..usize::BITS - exponent.leading_zeros()).rev() {
        pending::check()?;
        reserve_bits(magnitude_bits(&power).saturating_mul(2))?;
        power = IBig::from(power.sqr());
        if exponent >> bit & 1 != 0 {
            power *= base;
        }
    }
    Ok(power)
}

/// `pow(base, exponent, modulus)`, with the sign of the modulus.
pub fn pow_mod(base: Int, exponent: Int, modulus: Int) -> R<IBig> {
    if matches!(modulus, Int::Small(0)) {
        return Err(value_error("pow() 3rd argument cannot be 0"));
    }
    let modulus = modulus.big();
    let (sign, magnitude) = modulus.as_ref().clone().into_parts();
    let positive = IBig::from(magnitude.clone());
    let mut reduced = modulo(&base.big(), &positive);
    let mut exponent = exponent.big().into_owned();
    if is_negative(&exponent) {
        exponent = -exponent;
        reduced = inverse(&reduced, &positive)?;
    }
    if magnitude.is_one() {
        return Ok(IBig::ZERO);
    }
    let (_, exponent) = exponent.into_parts();
    let (_, reduced) = reduced.into_parts();
    let power = match (u64::try_from(&reduced), u64::try_from(&magnitude)) {
        (Ok(base), Ok(modulus)) => IBig::from(pow_mod_word(base, &exponent, modulus)?),
        _ => pow_mod_big(reduced, &exponent, &magnitude)?,
    };
    Ok(if sign == Sign::Negative && !power.is_zero() { power - positive } else { power })
}

fn pow_mod_word(base: u64, exponent: &UBig, modulus: u64) -> R<u64> {
    let multiply = |a: u64, b: u64| (a as u128 * b as u128 % modulus as u128) as u64;
    let mut power = 1 % modulus;
    for word in exponent.as_words().iter().rev() {
        pending::check()?;
        for bit in (0..64).rev() {
            power = multiply(power, power);
            if word >> bit & 1 != 0 {
                power = multiply(power, base);
            }
        }
    }
    Ok(power)
}

fn pow_mod_big(base: UBig, exponent: &UBig, modulus: &UBig) -> R<IBig> {
    let ring = dashu_int::fast_div::ConstDivisor::new(modulus.clone());
    let base = ring.reduce(base);
    // The library's windowed power, in pieces so that an endless exponent can be interrupted.
    const PIECE: usize = 64 * 64;
    if exponent.bit_len() <= PIECE {
        return Ok(IBig::from(base.pow(exponent).residue()));
    }
    let shift = UBig::ONE << PIECE;
    let mut power = ring.reduce(UBig::ONE);
    for piece in exponent.to_chunks(PIECE).iter().rev() {
        pending::check()?;
        power = power.pow(&shift) * base.pow(piece);
    }
    Ok(IBig::from(power.residue()))
}

/// The inverse of `a` (0 <= a < modulus) modulo `modulus`.
fn inverse(a: &IBig, modulus: &IBig) -> R<IBig> {
    let not_invertible = || value_error("base is not invertible for the given modulus");
    if modulus.is_one() {
        return Ok(IBig::ZERO);
    }
    if a.is_zero() {
        return Err(not_invertible());
    }
    let (gcd, x, _) = a.gcd_ext(modulus);
    if !gcd.is_one() {
        return Err(not_invertible());
    }
    Ok(modulo(&x, modulus))
}

// -- floats ------------------------------------------------------------------------------

/// An integral float as a big int; None for infinities (and NaN, and a float with a fraction is
/// truncated).
pub fn from_integral_f64(f: f64) -> Option<IBig> {
    if !f.is_finite() {
        return None;
    }
    let bits = f.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1075;
    let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
    let magnitude = match exponent {
        0.. => IBig::from(mantissa) << exponent as usize,
        -52..0 => IBig::from(mantissa >> -exponent),
        _ => IBig::ZERO,
    };
    Some(if f < 0.0 { -magnitude } else { magnitude })
}

/// Rounded half to even; None when it is too large for a float.
pub fn to_f64(big: &IBig) -> Option<f64> {
    let bits = magnitude_bits(big);
    if bits > 1024 {
        return None;
    }
    let (sign, words) = big.as_sign_words();
    let (top, sticky) = top_word(words, bits);
    signed(sign, scale(top, sticky, bits as i32 - 64)?)
}

fn signed(sign: Sign, magnitude: f64) -> Option<f64> {
    Some(if sign == Sign::Negative { -magnitude } else { magnitude })
}

/// The 64 leading bits of a magnitude, the first of them set, and whether a lower bit is set.
fn top_word(words: &[u64], bits: usize) -> (u64, bool) {
    let [.., last] = words else { return (0, false) };
    let shift = last.leading_zeros();
    let below = words.len().checked_sub(2).map_or(0, |i| words[i]);
    let top = if shift == 0 { *last } else { last << shift | below >> (64 - shift) };
    let lost = if shift == 0 { below } else { below << shift };
    let rest = words.len().saturating_sub(2);
    debug_assert!(bits <= words.len() * 64);
    (top, lost != 0 || words[..rest].iter().any(|&word| word != 0))
}

/// The float nearest to `(top + something below 1 if sticky) * 2^exponent`, half to even. `top` has
/// its highest bit set or is 0.
pub fn scale(top: u64, sticky: bool, exponent: i32) -> Option<f64> {
    if top == 0 {
        return Some(0.0);
    }
    // The value lies in [2^(exponent+63), 2^(exponent+64)); the last kept bit is worth 2^unit.
    let unit = (exponent + 11).max(-1074);
    let dropped = unit - exponent;
    let (kept, half, below) = match dropped {
        ..=63 => {
            (top >> dropped, top >> (dropped - 1) & 1 != 0, top & ((1 << (dropped - 1)) - 1) != 0)
        }
        64 => (0, top >> 63 != 0, top << 1 != 0),
        _ => return Some(0.0),
    };
    let rounded = kept + (half && (below || sticky || kept & 1 != 0)) as u64;
    // `rounded` has at most 54 bits with one set beyond 53 only if it is a power of two: both steps
    // are exact.
    let value = multiply_by_power_of_two(rounded as f64, unit);
    value.is_finite().then_some(value)
}

fn multiply_by_power_of_two(value: f64, exponent: i32) -> f64 {
    let power = |e: i32| f64::from_bits(((e + 1023) as u64) << 52);
    match exponent {
        -1022..=1023 => value * power(exponent),
        ..-1022 => value * power(exponent.max(-2044) + 1022) * power(-1022),
        _ => f64::INFINITY,
    }
}

/// `a / b`, rounded half to even; None when it is too large for a float. `b` is not 0.
pub fn true_divide(a: &IBig, b: &IBig) -> Option<f64> {
    let negative = is_negative(a) != is_negative(b);
    if a.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let difference = magnitude_bits(a) as i64 - magnitude_bits(b) as i64;
    if difference > 1024 {
        return None;
    }
    if difference < -1080 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    // The quotient gets 64 to 66 bits.
    let shift = 65 - difference;
    let (_, a) = a.clone().into_parts();
    let (_, b) = b.clone().into_parts();
    let (a, b) = if shift >= 0 { (a << shift as usize, b) } else { (a, b << (-shift) as usize) };
    let (quotient, remainder) = a.div_rem(&b);
    let bits = quotient.bit_len();
    let (top, sticky) = top_word(quotient.as_words(), bits);
    let value = scale(top, sticky || !remainder.is_zero(), bits as i32 - 64 - shift as i32)?;
    Some(if negative { -value } else { value })
}

/// `round(a / b)`, halves to even, with the remainder that is left; b > 0.
pub fn divide_nearest(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (quotient, remainder) = floor_div_rem_big(a, b);
    let twice = &remainder << 1;
    if twice > *b || (twice == *b && quotient.bit(0)) {
        (quotient + 1, remainder - b)
    } else {
        (quotient, remainder)
    }
}
