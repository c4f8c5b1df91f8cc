//! int: small ones live in the value (50 bits), larger ones and subclasses here. Conversions and
//! the operator slots. Not here: what needs a loop over a big number (`int_big.rs`), text
//! (`int_text.rs`), constructor and methods (`int_methods.rs`).
//!
//! Every operator takes any two values, answers NOT_IMPLEMENTED for one that is no int, and serves
//! as slot and as helper alike.

use crate::error::{R, overflow_error, value_error, zero_division_error};
use crate::heap::{self, Marker};
use crate::object::{Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::int_big;
use crate::objects::tuple::Tuple;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, TRUE, Value, fits_small};
use crate::vm::types;
use core::cmp::Ordering;
use dashu_int::IBig;
use dashu_int::ops::{BitTest, DivRem};
use std::borrow::Cow;

#[repr(C)]
pub struct IntObject {
    pub header: Header,
    pub big: IBig,
}

impl HeapObject for IntObject {
    const KIND: Kind = Kind::Int;
    fn trace(&self, _: &mut Marker) {}
}

/// The number of an int, a bool, or an instance of a subclass. `Big` lies outside of i64.
#[derive(Clone, Copy)]
pub enum Int {
    Small(i64),
    Big(&'static IBig),
}
use Int::{Big, Small};

impl Int {
    pub fn big(self) -> Cow<'static, IBig> {
        match self {
            Small(i) => Cow::Owned(IBig::from(i)),
            Big(big) => Cow::Borrowed(big),
        }
    }
    pub fn is_negative(self) -> bool {
        match self {
            Small(i) => i < 0,
            Big(big) => is_negative(big),
        }
    }
    pub fn is_odd(self) -> bool {
        match self {
            Small(i) => i & 1 != 0,
            Big(big) => big.bit(0),
        }
    }
    /// Bits of the absolute value.
    pub fn bit_length(self) -> usize {
        match self {
            Small(i) => 64 - i.unsigned_abs().leading_zeros() as usize,
            Big(big) => magnitude_bits(big),
        }
    }
}

/// None for anything but an int, a bool or an instance of a subclass.
#[inline]
pub fn view(value: Value) -> Option<Int> {
    if value.is_int() {
        return Some(Small(value.unbox_int()));
    }
    if value.is_bool() {
        return Some(Small((value == TRUE) as i64));
    }
    let big = &value.downcast::<IntObject>()?.get_ref().big;
    Some(i64::try_from(big).map_or(Big(big), Small))
}

pub fn is_negative(big: &IBig) -> bool {
    big.sign() == dashu_int::Sign::Negative
}

/// Bits of the absolute value. (`bit_len` of an IBig is that of the two's complement.)
pub fn magnitude_bits(big: &IBig) -> usize {
    let (_, words) = big.as_sign_words();
    match words.last() {
        None => 0,
        Some(last) => words.len() * 64 - last.leading_zeros() as usize,
    }
}

// -- construction ----------------------------------------------------------------

/// An i64 outside of the small range (or any: the result is normalised by the caller `Value::int`).
#[cold]
pub fn heap_int(i: i64) -> Value {
    alloc(IBig::from(i))
}

/// The int with this value: small where 50 bits suffice.
pub fn from_big(big: IBig) -> Value {
    match i64::try_from(&big) {
        Ok(i) if fits_small(i) => Value::small_int(i),
        _ => alloc(big),
    }
}

fn alloc(big: IBig) -> Value {
    let (_, words) = big.as_sign_words();
    if words.len() <= 2 {
        return alloc_inline(big);
    }
    heap::external_bytes(words.len() * 8);
    heap::alloc(types().int.root_shape.get(), IntObject { header: new_header(), big }).value()
}

/// An int of up to two words: the number has no memory of its own, so that nobody looks at the cell when it dies.
fn alloc_inline(big: IBig) -> Value {
    /// An `IntObject` whose number is words that are stored one by one: as a whole it would be put together on the stack, and copied from
    /// there before the processor has stored it.
    #[repr(C)]
    struct Words {
        header: Header,
        big: [u64; 3],
    }
    impl HeapObject for Words {
        const KIND: Kind = Kind::Int;
        fn trace(&self, _: &mut Marker) {}
    }
    const { assert!(size_of::<Words>() == size_of::<IntObject>() && align_of::<Words>() == align_of::<IntObject>()) };
    // SAFETY: any number is words, of the size that `transmute` asserts; they are read as a number again, and there is nothing to free.
    let big = unsafe { core::mem::transmute::<IBig, [u64; 3]>(big) };
    heap::alloc(types().int.root_shape.get(), Words { header: new_header(), big }).value()
}

pub fn from_i128(i: i128) -> Value {
    match i64::try_from(i) {
        Ok(i) => Value::int(i),
        Err(_) => alloc(IBig::from(i)),
    }
}

pub fn from_u64(i: u64) -> Value {
    from_i128(i as i128)
}

pub fn from_usize(i: usize) -> Value {
    from_i128(i as i128)
}

/// `int(f)`.
pub fn from_f64(f: f64) -> R {
    if f.abs() < 9.0e18 {
        return Ok(Value::int(f as i64));
    }
    if f.is_nan() {
        return Err(value_error("cannot convert float NaN to integer"));
    }
    match int_big::from_integral_f64(f) {
        Some(big) => Ok(from_big(big)),
        None => Err(overflow_error("cannot convert float infinity to integer")),
    }
}

// -- reading -----------------------------------------------------------------------

/// int or a subclass (bool included).
pub fn is_any_int(value: Value) -> bool {
    value.is_int() || value.is_bool() || value.is::<IntObject>()
}

/// The number of an int or bool, when 64 bits hold it.
pub fn to_i64(value: Value) -> Option<i64> {
    match view(value)? {
        Small(i) => Some(i),
        Big(_) => None,
    }
}

/// As `to_i64`, without sign.
pub fn to_u64(value: Value) -> Option<u64> {
    match view(value)? {
        Small(i) => u64::try_from(i).ok(),
        Big(big) => u64::try_from(big).ok(),
    }
}

pub fn to_big(value: Value) -> Option<Cow<'static, IBig>> {
    view(value).map(Int::big)
}

/// `float(int)`, rounded half to even.
pub fn to_f64(value: Value) -> R<f64> {
    match view(value) {
        Some(Small(i)) => Ok(i as f64),
        Some(Big(big)) => {
            int_big::to_f64(big).ok_or_else(|| overflow_error("int too large to convert to float"))
        }
        None => Err(crate::error::system_error("to_f64 of a value that is no int")),
    }
}

/// The int itself, without the class of a subclass.
pub fn exact(value: Value) -> Value {
    match view(value) {
        Some(Small(i)) => Value::int(i),
        Some(Big(_)) if is_exact(value) => value,
        Some(Big(big)) => from_big(big.clone()),
        None => value,
    }
}

/// Of the class int itself (bool is not).
pub fn is_exact(value: Value) -> bool {
    value.is_int() || (value.is::<IntObject>() && crate::vm::class_of(value) == types().int)
}

/// `__index__` in 64 bits, or "Python int too large to convert to C long".
pub fn index_to_i64(value: Value) -> R<i64> {
    index_to(value, "C long")
}

/// `__index__` in a Py_ssize_t, or OverflowError.
pub fn index_to_isize(value: Value) -> R<isize> {
    index_to(value, "C ssize_t").map(|i| i as isize)
}

fn index_to(value: Value, target: &str) -> R<i64> {
    if value.is_int() {
        return Ok(value.unbox_int());
    }
    let index = crate::ops::index(value)?;
    to_i64(index)
        .ok_or_else(|| overflow_error(format!("Python int too large to convert to {target}")))
}

/// `__index__` in a C int, with CPython's messages.
pub fn index_to_i32(value: Value) -> R<i32> {
    let i = index_to(value, "C long")?;
    i32::try_from(i).map_err(|_| {
        let side = if i < 0 { "less than minimum" } else { "greater than maximum" };
        overflow_error(format!("signed integer is {side}"))
    })
}

/// `__index__` as an index: "cannot fit 'X' into an index-sized integer" as the error that `error`
/// makes.
pub fn index_to_size(value: Value, error: fn(String) -> crate::error::Raised) -> R<isize> {
    match crate::ops::index_isize(value)? {
        Some(i) => Ok(i),
        None => Err(error(format!(
            "cannot fit '{}' into an index-sized integer",
            crate::vm::type_name(value)
        ))),
    }
}

/// `__index__`, clamped to an isize (bounds of slices).
pub fn index_clamped(value: Value) -> R<isize> {
    let index = crate::ops::index(value)?;
    Ok(match view(index) {
        Some(Small(i)) => i as isize,
        Some(Big(big)) if is_negative(big) => isize::MIN,
        _ => isize::MAX,
    })
}

// -- arithmetic ----------------------------------------------------------------------

/// Both operands, or `return Ok(NOT_IMPLEMENTED)`.
macro_rules! operands {
    ($a:expr, $b:expr) => {
        match (view($a), view($b)) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(NOT_IMPLEMENTED),
        }
    };
}

#[inline]
pub fn add(a: Value, b: Value) -> R {
    if Value::both_int(a, b) {
        return Ok(Value::int(a.unbox_int() + b.unbox_int()));
    }
    add_any(a, b)
}
fn add_any(a: Value, b: Value) -> R {
    Ok(match operands!(a, b) {
        (Small(a), Small(b)) => from_i128(a as i128 + b as i128),
        (Small(a), Big(b)) => from_big(int_big::with_room(b)? + a),
        (Big(a), Small(b)) => from_big(int_big::with_room(a)? + b),
        (Big(a), Big(b)) => from_big(int_big::with_room(a)? + int_big::with_room(b)?),
    })
}

#[inline]
pub fn sub(a: Value, b: Value) -> R {
    if Value::both_int(a, b) {
        return Ok(Value::int(a.unbox_int() - b.unbox_int()));
    }
    sub_any(a, b)
}
fn sub_any(a: Value, b: Value) -> R {
    Ok(match operands!(a, b) {
        (Small(a), Small(b)) => from_i128(a as i128 - b as i128),
        (Small(a), Big(b)) => from_big(a - int_big::with_room(b)?),
        (Big(a), Small(b)) => from_big(int_big::with_room(a)? - b),
        (Big(a), Big(b)) => from_big(int_big::with_room(a)? - int_big::with_room(b)?),
    })
}

#[inline]
pub fn mul(a: Value, b: Value) -> R {
    if Value::both_int(a, b)
        && let Some(product) = a.unbox_int().checked_mul(b.unbox_int())
    {
        return Ok(Value::int(product));
    }
    mul_any(a, b)
}
fn mul_any(a: Value, b: Value) -> R {
    match operands!(a, b) {
        (Small(a), Small(b)) => Ok(from_i128(a as i128 * b as i128)),
        (Small(0), _) | (_, Small(0)) => Ok(Value::small_int(0)),
        (Small(a), Big(b)) => Ok(from_big(int_big::with_room(b)? * a)),
        (Big(a), Small(b)) => Ok(from_big(int_big::with_room(a)? * b)),
        (Big(a), Big(b)) => int_big::mul(a, b).map(from_big),
    }
}

#[cold]
fn division_by_zero() -> crate::error::Raised {
    zero_division_error("division by zero")
}

/// Quotient and remainder, the remainder with the divisor's sign. `b` is neither 0 nor -1.
#[inline]
fn floor_div_rem(a: i64, b: i64) -> (i64, i64) {
    let (quotient, remainder) = (a / b, a % b);
    if remainder != 0 && (remainder ^ b) < 0 {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

/// As `floor_div_rem` for big numbers; `b` is not 0.
pub fn floor_div_rem_big(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (quotient, remainder) = a.div_rem(b);
    if !remainder.is_zero() && is_negative(&remainder) != is_negative(b) {
        (quotient - 1, remainder + b)
    } else {
        (quotient, remainder)
    }
}

#[inline]
pub fn floordiv(a: Value, b: Value) -> R {
    if Value::both_int(a, b) {
        let divisor = b.unbox_int();
        if divisor.wrapping_add(1) as u64 > 1 {
            return Ok(Value::int(floor_div_rem(a.unbox_int(), divisor).0));
        }
    }
    floordiv_any(a, b)
}
fn floordiv_any(a: Value, b: Value) -> R {
    match operands!(a, b) {
        (_, Small(0)) => Err(division_by_zero()),
        (Small(a), Small(-1)) => Ok(from_i128(-(a as i128))),
        (Small(a), Small(b)) => Ok(Value::int(floor_div_rem(a, b).0)),
        (a, b) => Ok(from_big(floor_div_rem_big(&a.big(), &b.big()).0)),
    }
}

#[inline]
pub fn modulo(a: Value, b: Value) -> R {
    if Value::both_int(a, b) {
        let divisor = b.unbox_int();
        if divisor.wrapping_add(1) as u64 > 1 {
            return Ok(Value::small_int(floor_div_rem(a.unbox_int(), divisor).1));
        }
    }
    modulo_any(a, b)
}
fn modulo_any(a: Value, b: Value) -> R {
    match operands!(a, b) {
        (_, Small(0)) => Err(division_by_zero()),
        (_, Small(-1)) => Ok(Value::small_int(0)),
        (Small(a), Small(b)) => Ok(Value::int(floor_div_rem(a, b).1)),
        (a, b) => Ok(from_big(int_big::modulo(&a.big(), &b.big()))),
    }
}

pub fn divmod(a: Value, b: Value) -> R {
    let (quotient, remainder) = match operands!(a, b) {
        (_, Small(0)) => return Err(division_by_zero()),
        (Small(a), Small(-1)) => (from_i128(-(a as i128)), Value::small_int(0)),
        (Small(a), Small(b)) => {
            let (quotient, remainder) = floor_div_rem(a, b);
            (Value::int(quotient), Value::int(remainder))
        }
        (a, b) => {
            let (quotient, remainder) = floor_div_rem_big(&a.big(), &b.big());
            (from_big(quotient), from_big(remainder))
        }
    };
    Ok(Tuple::from_slice(&[quotient, remainder]).value())
}

/// Correctly rounded.
pub fn truediv(a: Value, b: Value) -> R {
    const EXACT: u64 = 1 << 53;
    match operands!(a, b) {
        (_, Small(0)) => Err(division_by_zero()),
        (Small(a), Small(b)) if a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT => {
            Ok(Value::float(a as f64 / b as f64))
        }
        (a, b) => match int_big::true_divide(&a.big(), &b.big()) {
            Some(quotient) => Ok(Value::float(quotient)),
            None => Err(overflow_error("integer division result too large for a float")),
        },
    }
}

/// `a ** b`; a float when b is negative.
pub fn pow(a: Value, b: Value) -> R {
    let (base, exponent) = operands!(a, b);
    if exponent.is_negative() {
        let (base, exponent) = (to_f64(a)?, to_f64(b)?);
        return crate::objects::float::pow(base, exponent).map(Value::float);
    }
    if let (Small(base), Small(exponent)) = (base, exponent)
        && let Ok(exponent) = u32::try_from(exponent)
        && let Some(power) = base.checked_pow(exponent)
    {
        return Ok(Value::int(power));
    }
    int_big::pow(base, exponent).map(from_big)
}

/// `pow(a, b, c)`; c may be None.
pub fn pow_mod(a: Value, b: Value, c: Value) -> R {
    if c == NONE {
        return pow(a, b);
    }
    let (base, exponent) = operands!(a, b);
    let Some(modulus) = view(c) else { return Ok(NOT_IMPLEMENTED) };
    int_big::pow_mod(base, exponent, modulus).map(from_big)
}

pub fn lshift(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    if b.is_negative() {
        return Err(value_error("negative shift count"));
    }
    match (a, b) {
        (Small(0), _) => Ok(Value::small_int(0)),
        (Small(a), Small(count)) if count < 64 => Ok(from_i128((a as i128) << count)),
        (a, Small(count)) => int_big::shift_left(&a.big(), count as usize).map(from_big),
        (_, Big(_)) => Err(overflow_error("too many digits in integer")),
    }
}

pub fn rshift(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    if b.is_negative() {
        return Err(value_error("negative shift count"));
    }
    Ok(match (a, b) {
        (Small(a), Small(count)) => Value::int(a >> count.min(63)),
        (Big(a), Small(count)) => from_big(a >> (count as usize)),
        (a, Big(_)) => Value::small_int(if a.is_negative() { -1 } else { 0 }),
    })
}

macro_rules! bitwise {
    ($name:ident, $op:tt) => {
        pub fn $name(a: Value, b: Value) -> R {
            Ok(match operands!(a, b) {
                (Small(a), Small(b)) => Value::int(a $op b),
                (a, b) => from_big(&*a.big() $op &*b.big()),
            })
        }
    };
}
bitwise!(and, &);
bitwise!(or, |);
bitwise!(xor, ^);

pub fn negative(value: Value) -> R {
    Ok(match view(value) {
        Some(Small(i)) => from_i128(-(i as i128)),
        Some(Big(big)) => from_big(-big),
        None => NOT_IMPLEMENTED,
    })
}

pub fn positive(value: Value) -> R {
    Ok(exact(value))
}

pub fn absolute(value: Value) -> R {
    match view(value) {
        Some(i) if i.is_negative() => negative(value),
        _ => positive(value),
    }
}

pub fn invert(value: Value) -> R {
    Ok(match view(value) {
        Some(Small(i)) => Value::int(!i),
        Some(Big(big)) => from_big(!big),
        None => NOT_IMPLEMENTED,
    })
}

// -- comparison and hash -----------------------------------------------------------------

pub fn ordering(a: Int, b: Int) -> Ordering {
    match (a, b) {
        (Small(a), Small(b)) => a.cmp(&b),
        (Small(_), Big(b)) => {
            if is_negative(b) {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (Big(a), Small(_)) => {
            if is_negative(a) {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (Big(a), Big(b)) => a.cmp(b),
    }
}

pub fn compare(a: Value, b: Value, op: CompareOp) -> R {
    let (a, b) = operands!(a, b);
    Ok(Value::bool(op.of(ordering(a, b))))
}

/// Exact; None when `f` is a NaN.
pub fn ordering_with_float(a: Int, f: f64) -> Option<Ordering> {
    if f.is_nan() {
        return None;
    }
    Some(match a {
        Small(i) if i.unsigned_abs() <= 1 << 53 => return (i as f64).partial_cmp(&f),
        Small(_) if f.abs() >= 9.3e18 => 0.0.partial_cmp(&f)?,
        // Between these bounds a float is integral or the int is far larger in absolute value than
        // the fraction.
        Small(i) => (i as i128).cmp(&(f.floor() as i128)).then(0.0.partial_cmp(&(f - f.floor()))?),
        Big(_) if f.abs() == f64::INFINITY => 0.0.partial_cmp(&f)?,
        Big(big) => match int_big::from_integral_f64(f.floor()) {
            Some(floor) => big.cmp(&floor).then(0.0.partial_cmp(&(f - f.floor()))?),
            None => Ordering::Equal,
        },
    })
}

const HASH_MODULUS: u64 = (1 << 61) - 1;

/// Modulo 2^61 - 1, as CPython; -1 is never a hash.
pub fn hash_of(i: Int) -> i64 {
    let (negative, magnitude) = match i {
        Small(i) => (i < 0, i.unsigned_abs() % HASH_MODULUS),
        Big(big) => (is_negative(big), int_big::magnitude_mod(big, HASH_MODULUS)),
    };
    match if negative { -(magnitude as i64) } else { magnitude as i64 } {
        -1 => -2,
        hash => hash,
    }
}

pub fn hash(value: Value) -> R<i64> {
    Ok(view(value).map_or(0, hash_of))
}

fn truth(value: Value) -> R<bool> {
    Ok(!matches!(view(value), Some(Small(0))))
}

fn to_float(value: Value) -> R {
    to_f64(value).map(Value::float)
}

pub fn init() {
    let slots = &types().int.slots;
    let binary = |op: BinaryOp, function| slots.binary[op as usize].set(Some(function));
    binary(BinaryOp::Add, add);
    binary(BinaryOp::Subtract, sub);
    binary(BinaryOp::Multiply, mul);
    binary(BinaryOp::FloorDivide, floordiv);
    binary(BinaryOp::Remainder, modulo);
    binary(BinaryOp::TrueDivide, truediv);
    binary(BinaryOp::Power, pow);
    binary(BinaryOp::Lshift, lshift);
    binary(BinaryOp::Rshift, rshift);
    binary(BinaryOp::And, and);
    binary(BinaryOp::Or, or);
    binary(BinaryOp::Xor, xor);
    slots.power.set(Some(pow_mod));
    slots.divmod.set(Some(divmod));
    slots.negative.set(Some(negative));
    slots.positive.set(Some(positive));
    slots.absolute.set(Some(absolute));
    slots.invert.set(Some(invert));
    slots.bool.set(Some(truth));
    slots.int.set(Some(positive));
    slots.index.set(Some(positive));
    slots.float.set(Some(to_float));
    slots.hash.set(Some(hash));
    slots.compare.set(Some(compare));
    slots.repr.set(Some(crate::objects::int_text::repr));
    crate::objects::int_methods::init();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        crate::objects::int_text::parse(text.as_bytes(), 10)
            .ok()
            .flatten()
            .expect("a decimal number")
    }

    #[test]
    fn arithmetic_is_that_of_python() {
        crate::bootstrap::start();
        type Op = fn(Value, Value) -> R;
        let cases: [(Op, &str, &str, &str); 17] = [
            (add, "562949953421311", "1", "562949953421312"),
            (add, "9223372036854775807", "1", "9223372036854775808"),
            (sub, "-9223372036854775808", "1", "-9223372036854775809"),
            (mul, "-3037000500", "3037000500", "-9223372037000250000"),
            (mul, "4294967296", "4294967296", "18446744073709551616"),
            (floordiv, "-7", "2", "-4"),
            (floordiv, "-562949953421312", "-1", "562949953421312"),
            (floordiv, "-100000000000000000000", "7", "-14285714285714285715"),
            (modulo, "-100000000000000000000", "7", "5"),
            (modulo, "100000000000000000000", "-7", "-5"),
            (pow, "-3", "41", "-36472996377170786403"),
            (pow, "12", "30", "237376313799769806328950291431424"),
            (rshift, "-18446744073709551617", "64", "-2"),
            (lshift, "-3", "62", "-13835058055282163712"),
            (and, "-18446744073709551617", "36893488147419103231", "18446744073709551615"),
            (or, "-18446744073709551617", "1", "-18446744073709551617"),
            (xor, "-1", "18446744073709551616", "-18446744073709551617"),
        ];
        for (op, a, b, expected) in cases {
            let result = op(value(a), value(b)).expect("a result");
            assert_eq!(
                crate::objects::int_text::decimal(result).ok().as_deref(),
                Some(expected),
                "{a} {b}"
            );
        }
    }

    #[test]
    fn floats_and_ints_meet_exactly() {
        crate::bootstrap::start();
        let quotient = |a: &str, b: &str| truediv(value(a), value(b)).map(Value::unbox_float).ok();
        assert_eq!(quotient("1", "3"), Some(1.0 / 3.0));
        assert_eq!(quotient("9007199254740993", "1"), Some(9007199254740992.0));
        assert_eq!(quotient("9007199254740995", "1"), Some(9007199254740996.0));
        assert_eq!(quotient("-1", &format!("1{}", "0".repeat(320))), Some(-1e-320));
        assert_eq!(quotient("1", &format!("1{}", "0".repeat(400))), Some(0.0));
        assert_eq!(quotient(&format!("1{}", "0".repeat(309)), "1"), None);
        assert_eq!(quotient("18446744073709551616", "18446744073709551617"), Some(1.0));
        let order = |a: &str, f: f64| ordering_with_float(view(value(a)).expect("an int"), f);
        assert_eq!(order("9007199254740993", 9007199254740992.0), Some(Ordering::Greater));
        assert_eq!(order("9223372036854775807", 9223372036854775808.0), Some(Ordering::Less));
        assert_eq!(order("18446744073709551616", 18446744073709551616.0), Some(Ordering::Equal));
        assert_eq!(order("3", 3.5), Some(Ordering::Less));
        assert_eq!(hash(value("2305843009213693951")).ok(), Some(0));
        assert_eq!(hash(value("1267650600228229401496703205376")).ok(), Some(549755813888));
        assert_eq!(crate::objects::float::hash_of(1.5), 1152921504606846977);
        assert_eq!(crate::objects::float::hash_of(1e300), 1224995262755759164);
    }
}
