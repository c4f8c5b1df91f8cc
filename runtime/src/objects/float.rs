//! float: the value is unboxed in the NaN box; a heap float exists only for subclasses of float.
//! Arithmetic, comparison, hash. Not here: text (`float_text.rs`), constructor and methods
//! (`float_methods.rs`).

use crate::error::{R, Raised, type_error, zero_division_error};
use crate::heap::Marker;
use crate::object::{Header, HeapObject, Kind};
use crate::objects::int;
use crate::objects::tuple::Tuple;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, type_name, types};
use core::cell::Cell;
use core::cmp::Ordering;

#[repr(C)]
pub struct FloatObject {
    pub header: Header,
    pub value: Cell<f64>,
}

impl HeapObject for FloatObject {
    const KIND: Kind = Kind::Float;
    fn trace(&self, _: &mut Marker) {}
}

/// The number of a float or of an instance of a subclass.
#[inline(always)]
pub fn view(value: Value) -> Option<f64> {
    if value.is_float() {
        return Some(value.unbox_float());
    }
    value.downcast::<FloatObject>().map(|float| float.value.get())
}

/// float or a subclass.
pub fn is_any_float(value: Value) -> bool {
    view(value).is_some()
}

/// As `PyFloat_AsDouble`: a float, or what `__float__` or `__index__` gives.
pub fn as_double(value: Value) -> R<f64> {
    if let Some(f) = view(value) {
        return Ok(f);
    }
    if value.is_int() {
        return Ok(value.unbox_int() as f64);
    }
    match convert(value)? {
        Some(f) => Ok(f),
        None => Err(type_error(format!("must be real number, not {}", type_name(value)))),
    }
}

/// By `__float__` or `__index__`; None when the class has neither.
pub fn convert(value: Value) -> R<Option<f64>> {
    let class = class_of(value);
    if int::is_exact(value) {
        return int::to_f64(value).map(Some);
    }
    if let Some(slot) = class.slots.float.get() {
        let result = slot(value)?;
        let Some(f) = view(result) else {
            return Err(type_error(format!(
                "{}.__float__ returned non-float (type {})",
                class.name(),
                type_name(result)
            )));
        };
        if !result.is_float() {
            crate::warn::deprecated(&format!(
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict subclass of float is \
                 deprecated, and may be removed in a future version of Python.",
                class.name(),
                type_name(result)
            ))?;
        }
        return Ok(Some(f));
    }
    if class.slots.index.get().is_some() {
        return int::to_f64(crate::ops::index(value)?).map(Some);
    }
    Ok(None)
}

/// An operand of float arithmetic: a float or an int. None for anything else.
#[inline(always)]
fn operand(value: Value) -> R<Option<f64>> {
    if value.is_float() {
        return Ok(Some(value.unbox_float()));
    }
    if value.is_int() {
        return Ok(Some(value.unbox_int() as f64));
    }
    if let Some(f) = view(value) {
        return Ok(Some(f));
    }
    if int::is_any_int(value) { int::to_f64(value).map(Some) } else { Ok(None) }
}

macro_rules! operands {
    ($a:expr, $b:expr) => {
        match (operand($a)?, operand($b)?) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(NOT_IMPLEMENTED),
        }
    };
}

// -- arithmetic ------------------------------------------------------------------------------

pub fn add(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    Ok(Value::float(a + b))
}
pub fn sub(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    Ok(Value::float(a - b))
}
pub fn mul(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    Ok(Value::float(a * b))
}
pub fn truediv(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    Ok(Value::float(a / b))
}
pub fn floordiv(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    Ok(Value::float(div_mod(a, b).0))
}
pub fn modulo(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    Ok(Value::float(floor_mod(a, b)))
}
pub fn divmod(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    let (quotient, remainder) = div_mod(a, b);
    Ok(Tuple::from_slice(&[Value::float(quotient), Value::float(remainder)]).value())
}

#[cold]
fn division_by_zero() -> Raised {
    zero_division_error("division by zero")
}

/// The remainder with the sign of `b`, which is not 0.
pub fn floor_mod(a: f64, b: f64) -> f64 {
    let remainder = a % b;
    if remainder == 0.0 {
        0.0f64.copysign(b)
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder + b
    } else {
        remainder
    }
}

/// The floor of the quotient; `b` is not 0.
pub fn floor_div(a: f64, b: f64) -> f64 {
    div_mod(a, b).0
}

/// Floor of the quotient, and the remainder with the sign of `b`, which is not 0. As CPython
/// computes them: the quotient comes from the exact remainder and is then snapped to the nearest
/// integer.
fn div_mod(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder == 0.0 {
        remainder = 0.0f64.copysign(b);
    } else if (b < 0.0) != (remainder < 0.0) {
        remainder += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0f64.copysign(a / b), remainder);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, remainder)
}

fn power(a: Value, b: Value) -> R {
    let (x, y) = operands!(a, b);
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return crate::objects::complex::pow(Value::float(x), Value::float(y));
    }
    pow(x, y).map(Value::float)
}

fn power_mod(a: Value, b: Value, modulus: Value) -> R {
    if modulus != NONE {
        return Err(type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    power(a, b)
}

/// `x ** y` where the result is real (x is not negative, or y is integral or not finite).
pub fn pow(x: f64, y: f64) -> R<f64> {
    let y_is_odd = || (y.abs() % 2.0) == 1.0;
    if y == 0.0 || x == 1.0 {
        return Ok(1.0);
    }
    if x.is_nan() || y.is_nan() {
        return Ok(if x.is_nan() { x } else { y });
    }
    if y.is_infinite() {
        return Ok(match x.abs() {
            1.0 => 1.0,
            magnitude if (y > 0.0) == (magnitude > 1.0) => f64::INFINITY,
            _ => 0.0,
        });
    }
    if x.is_infinite() {
        return Ok(match (y > 0.0, y_is_odd()) {
            (true, true) => x,
            (true, false) => x.abs(),
            (false, true) => 0.0f64.copysign(x),
            (false, false) => 0.0,
        });
    }
    if x == 0.0 {
        if y < 0.0 {
            return Err(zero_division_error("zero to a negative power"));
        }
        return Ok(if y_is_odd() { x } else { 0.0 });
    }
    let magnitude = x.abs().powf(y);
    if magnitude.is_infinite() {
        return Err(out_of_range());
    }
    Ok(if x < 0.0 && y_is_odd() { -magnitude } else { magnitude })
}

/// The OverflowError that CPython makes from ERANGE.
#[cold]
pub fn out_of_range() -> Raised {
    let message = crate::objects::str::new("Numerical result out of range").value();
    Raised::with_args(types().overflow_error, &[Value::small_int(libc::ERANGE as i64), message])
}

fn negative(value: Value) -> R {
    Ok(view(value).map_or(NOT_IMPLEMENTED, |f| Value::float(-f)))
}
fn positive(value: Value) -> R {
    Ok(exact(value))
}
fn absolute(value: Value) -> R {
    Ok(view(value).map_or(NOT_IMPLEMENTED, |f| Value::float(f.abs())))
}

/// The float itself, without the class of a subclass.
pub fn exact(value: Value) -> Value {
    view(value).map_or(value, Value::float)
}

fn to_int(value: Value) -> R {
    int::from_f64(view(value).unwrap_or(0.0))
}

fn truth(value: Value) -> R<bool> {
    Ok(view(value) != Some(0.0))
}

// -- comparison and hash -------------------------------------------------------------------------

/// With a float on the left, or an int whose own slot did not know the float on the right.
pub fn compare(a: Value, b: Value, op: CompareOp) -> R {
    let ordering = match (view(a), view(b)) {
        (Some(a), Some(b)) => a.partial_cmp(&b),
        (Some(a), None) => match int::view(b) {
            Some(b) => int::ordering_with_float(b, a).map(Ordering::reverse),
            None => return Ok(NOT_IMPLEMENTED),
        },
        _ => return Ok(NOT_IMPLEMENTED),
    };
    Ok(Value::bool(ordering.map_or(op == CompareOp::Ne, |ordering| op.of(ordering))))
}

pub fn hash(value: Value) -> R<i64> {
    let f = view(value).unwrap_or(0.0);
    // Equal NaNs do not exist, so that any hash will do; a constant would make a set of NaNs slow
    // but boxing is by value.
    Ok(if f.is_nan() { crate::ops::hash_of_address(value) } else { hash_of(f) })
}

/// Modulo 2^61 - 1, equal to the hash of the int with the same value.
pub fn hash_of(f: f64) -> i64 {
    const BITS: u32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    if f == f.trunc() && f.abs() < (1u64 << 53) as f64 {
        return if f == -1.0 { -2 } else { f as i64 };
    }
    if !f.is_finite() {
        return if f.is_nan() { 0 } else { 314_159 * f.signum() as i64 };
    }
    let bits = f.to_bits();
    let raw_exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if raw_exponent == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, raw_exponent - 1075)
    };
    // mantissa * 2^exponent; 2^61 = 1 here.
    let turn = exponent.rem_euclid(BITS as i32) as u32;
    let wide = (mantissa as u128) << turn;
    let hash = ((wide & MODULUS as u128) as u64 + (wide >> BITS) as u64) % MODULUS;
    match if f < 0.0 { -(hash as i64) } else { hash as i64 } {
        -1 => -2,
        hash => hash,
    }
}

pub fn init() {
    let slots = &types().float.slots;
    let binary = |op: BinaryOp, function| slots.binary[op as usize].set(Some(function));
    binary(BinaryOp::Add, add);
    binary(BinaryOp::Subtract, sub);
    binary(BinaryOp::Multiply, mul);
    binary(BinaryOp::TrueDivide, truediv);
    binary(BinaryOp::FloorDivide, floordiv);
    binary(BinaryOp::Remainder, modulo);
    binary(BinaryOp::Power, power);
    slots.power.set(Some(power_mod));
    slots.divmod.set(Some(divmod));
    slots.negative.set(Some(negative));
    slots.positive.set(Some(positive));
    slots.absolute.set(Some(absolute));
    slots.bool.set(Some(truth));
    slots.int.set(Some(to_int));
    slots.float.set(Some(positive));
    slots.hash.set(Some(hash));
    slots.compare.set(Some(compare));
    slots.repr.set(Some(crate::objects::float_text::repr));
    crate::objects::float_methods::init();
}
