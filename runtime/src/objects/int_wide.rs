//! Operators on ints of up to 127 bits, of which at least one has more than a value holds: hashes, random numbers, masks and counters of
//! fixed width. They are computed in the processor's own numbers. Not here: small ints (`defs::number`, the handlers), longer ones
//! (`int.rs`, with the library's numbers).

use super::int::{self, IntObject};
use crate::defs::SHAPE_INT;
use crate::objects::support::has_shape;
use crate::slots::BinaryOp;
use crate::value::Value;

/// None: no int, one of a subclass, or longer than 127 bits.
#[inline]
fn wide(value: Value) -> Option<i128> {
    if value.is_int() {
        return Some(value.unbox_int() as i128);
    }
    if !has_shape(value, SHAPE_INT) {
        return None;
    }
    let (sign, words) = value.cast::<IntObject>().get_ref().big.as_sign_words();
    let magnitude = match *words {
        [low] => low as i128,
        [low, high] if high >> 63 == 0 => low as i128 | (high as i128) << 64,
        _ => return None,
    };
    Some(if sign == dashu_int::Sign::Negative { -magnitude } else { magnitude })
}

/// None: other operands, another operator, or a result that does not fit.
pub fn binary(op: BinaryOp, a: Value, b: Value) -> Option<Value> {
    if !a.is_object() && !b.is_object() {
        return None;
    }
    let (a, b) = (wide(a)?, wide(b)?);
    let result = match op {
        BinaryOp::Add => a.checked_add(b)?,
        BinaryOp::Subtract => a.checked_sub(b)?,
        BinaryOp::Multiply => product(a, b)?,
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::Rshift if b >= 0 => a >> b.min(127),
        BinaryOp::Lshift if (0..127).contains(&b) && a << b >> b == a => a << b,
        // The magnitude of `a` is below 2^127, so that no quotient overflows.
        BinaryOp::FloorDivide if b != 0 => a / b - (remainder(a, b) != a % b) as i128,
        BinaryOp::Remainder if b != 0 => remainder(a, b),
        _ => return None,
    };
    Some(int::from_i128(result))
}

/// With the divisor's sign.
fn remainder(a: i128, b: i128) -> i128 {
    let rest = a % b;
    if rest != 0 && (rest ^ b) < 0 { rest + b } else { rest }
}

/// Without a call where the magnitudes are those of words.
#[inline]
fn product(a: i128, b: i128) -> Option<i128> {
    match (u64::try_from(a), u64::try_from(b)) {
        (Ok(a), Ok(b)) => i128::try_from(a as u128 * b as u128).ok(),
        _ => a.checked_mul(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::int::from_i128;

    /// What the library says to the same operands, and whether they are ours at all.
    #[test]
    fn agrees_with_the_library() {
        crate::bootstrap::start();
        let edges = [0i128, 1, -1, 1 << 49, -(1 << 49) - 1, (1 << 63) - 1, 1 << 63, -(1 << 63), (1 << 64) - 1, 1 << 64, -(1 << 64)];
        let wider = [i128::MAX, i128::MIN + 1, i128::MAX >> 1, 0xcbf2_9ce4_8422_2325, 0x100_0000_01b3, -0x1234_5678_9abc_def0_1234];
        let all: Vec<i128> = edges.into_iter().chain(wider).collect();
        for op in BinaryOp::ALL {
            for &a in &all {
                for &b in &all {
                    let (left, right) = (from_i128(a), from_i128(b));
                    let Some(ours) = binary(op, left, right) else { continue };
                    let theirs = crate::ops::binary_slots(op, left, right).expect("ints have the operator");
                    assert!(crate::ops::equal(ours, theirs).expect("ints compare"), "{op:?} {a} {b}");
                }
            }
        }
    }
}
