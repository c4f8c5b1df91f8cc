//! complex: arithmetic, comparison, hash. Not here: text, constructor and methods
//! (`complex_methods.rs`).

use crate::error::{R, overflow_error, value_error, zero_division_error};
use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::objects::{float, int};
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::types;
use core::cell::Cell;

#[repr(C)]
pub struct Complex {
    pub header: Header,
    pub real: Cell<f64>,
    pub imag: Cell<f64>,
}

impl HeapObject for Complex {
    const KIND: Kind = Kind::Complex;
    fn trace(&self, _: &mut Marker) {}
}

/// The number itself.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct C {
    pub re: f64,
    pub im: f64,
}

pub const fn c(re: f64, im: f64) -> C {
    C { re, im }
}

impl C {
    pub fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }
    fn is_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }
    fn has_infinity(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }
    /// 1 for an infinity, 0 for anything else, with the sign.
    fn boxed(self) -> C {
        let unit = |f: f64| (f.is_infinite() as u8 as f64).copysign(f);
        c(unit(self.re), unit(self.im))
    }
    fn nan_to_zero(self) -> C {
        let clean = |f: f64| if f.is_nan() { 0f64.copysign(f) } else { f };
        c(clean(self.re), clean(self.im))
    }
}

/// The number of a complex or of an instance of a subclass.
pub fn view(value: Value) -> Option<C> {
    let complex = value.downcast::<Complex>()?;
    Some(c(complex.real.get(), complex.imag.get()))
}

pub fn new(z: C) -> Value {
    new_of(types().complex, z)
}

pub fn new_of(class: Gc<Class>, z: C) -> Value {
    heap::alloc_instance(
        class,
        Complex { header: new_header(), real: Cell::new(z.re), imag: Cell::new(z.im) },
    )
    .value()
}

/// An operand: a real one stays real, since C's rules for mixed operands differ from those of a
/// zero imaginary part.
#[derive(Clone, Copy)]
enum Operand {
    Real(f64),
    Complex(C),
}
use Operand::Real;

impl Operand {
    fn widen(self) -> C {
        match self {
            Real(f) => c(f, 0.0),
            Operand::Complex(z) => z,
        }
    }
}

fn operand(value: Value) -> R<Option<Operand>> {
    if let Some(z) = view(value) {
        return Ok(Some(Operand::Complex(z)));
    }
    if let Some(f) = float::view(value) {
        return Ok(Some(Real(f)));
    }
    if int::is_any_int(value) { int::to_f64(value).map(|f| Some(Real(f))) } else { Ok(None) }
}

macro_rules! operands {
    ($a:expr, $b:expr) => {
        match (operand($a)?, operand($b)?) {
            (Some(a), Some(b)) => (a, b),
            _ => return Ok(NOT_IMPLEMENTED),
        }
    };
}

// -- arithmetic -----------------------------------------------------------------------------------

fn add(a: Value, b: Value) -> R {
    Ok(new(match operands!(a, b) {
        (Operand::Complex(z), Real(f)) | (Real(f), Operand::Complex(z)) => c(z.re + f, z.im),
        (a, b) => c(a.widen().re + b.widen().re, a.widen().im + b.widen().im),
    }))
}

fn sub(a: Value, b: Value) -> R {
    Ok(new(match operands!(a, b) {
        (Operand::Complex(z), Real(f)) => c(z.re - f, z.im),
        (Real(f), Operand::Complex(z)) => c(f - z.re, -z.im),
        (a, b) => c(a.widen().re - b.widen().re, a.widen().im - b.widen().im),
    }))
}

fn mul(a: Value, b: Value) -> R {
    Ok(new(match operands!(a, b) {
        (Operand::Complex(z), Real(f)) | (Real(f), Operand::Complex(z)) => c(z.re * f, z.im * f),
        (a, b) => product(a.widen(), b.widen()),
    }))
}

fn truediv(a: Value, b: Value) -> R {
    let quotient = match operands!(a, b) {
        (Operand::Complex(z), Real(f)) => (f != 0.0).then(|| c(z.re / f, z.im / f)),
        (Real(f), Operand::Complex(z)) => real_quotient(f, z),
        (a, b) => quotient(a.widen(), b.widen()),
    };
    quotient.map(new).ok_or_else(|| zero_division_error("division by zero"))
}

/// By the rules of C's Annex G: what came out as nan+nanj although an operand is infinite is
/// computed again with unit infinities.
pub fn product(z: C, w: C) -> C {
    let (ac, bd, ad, bc) = (z.re * w.re, z.im * w.im, z.re * w.im, z.im * w.re);
    let plain = c(ac - bd, ad + bc);
    if !plain.is_nan() {
        return plain;
    }
    let (mut z, mut w) = (z, w);
    let mut again = false;
    if z.has_infinity() {
        z = z.boxed();
        w = w.nan_to_zero();
        again = true;
    }
    if w.has_infinity() {
        w = w.boxed();
        z = z.nan_to_zero();
        again = true;
    }
    if !again && [ac, bd, ad, bc].iter().any(|f| f.is_infinite()) {
        z = z.nan_to_zero();
        w = w.nan_to_zero();
        again = true;
    }
    if !again {
        return plain;
    }
    c(f64::INFINITY * (z.re * w.re - z.im * w.im), f64::INFINITY * (z.re * w.im + z.im * w.re))
}

/// None when `b` is zero.
pub fn quotient(a: C, b: C) -> Option<C> {
    let plain = if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        c((a.re + a.im * ratio) / denominator, (a.im - a.re * ratio) / denominator)
    } else if b.im.abs() >= b.re.abs() {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        c((a.re * ratio + a.im) / denominator, (a.im * ratio - a.re) / denominator)
    } else {
        c(f64::NAN, f64::NAN)
    };
    if !plain.is_nan() {
        return Some(plain);
    }
    if a.has_infinity() && b.is_finite() {
        let u = a.boxed();
        return Some(c(
            f64::INFINITY * (u.re * b.re + u.im * b.im),
            f64::INFINITY * (u.im * b.re - u.re * b.im),
        ));
    }
    if b.has_infinity() && a.is_finite() {
        let u = b.boxed();
        return Some(c(0.0 * (a.re * u.re + a.im * u.im), 0.0 * (a.im * u.re - a.re * u.im)));
    }
    Some(plain)
}

/// A real number by a complex one.
fn real_quotient(a: f64, b: C) -> Option<C> {
    let plain = if b.re.abs() >= b.im.abs() {
        if b.re == 0.0 {
            return None;
        }
        let ratio = b.im / b.re;
        let denominator = b.re + b.im * ratio;
        c(a / denominator, (-a * ratio) / denominator)
    } else if b.im.abs() >= b.re.abs() {
        let ratio = b.re / b.im;
        let denominator = b.re * ratio + b.im;
        c((a * ratio) / denominator, (-a) / denominator)
    } else {
        c(f64::NAN, f64::NAN)
    };
    if plain.is_nan() && a.is_finite() && b.has_infinity() {
        let u = b.boxed();
        return Some(c(0.0 * (a * u.re), 0.0 * (-a * u.im)));
    }
    Some(plain)
}

/// `a ** b` where at least one is complex, or the result is.
pub fn pow(a: Value, b: Value) -> R {
    let (a, b) = operands!(a, b);
    power(a.widen(), b.widen()).map(new)
}

fn pow_mod(a: Value, b: Value, modulus: Value) -> R {
    if modulus != NONE {
        return Err(value_error("complex modulo"));
    }
    pow(a, b)
}

fn power(a: C, b: C) -> R<C> {
    let zero_to_negative = || zero_division_error("zero to a negative or complex power");
    let is_small_int = b.im == 0.0 && b.re == b.re.floor() && b.re.abs() <= 100.0;
    let z = if is_small_int {
        let n = b.re as i32;
        let positive = int_power(a, n.unsigned_abs());
        if n >= 0 {
            positive
        } else {
            quotient(c(1.0, 0.0), positive).ok_or_else(zero_to_negative)?
        }
    } else if a == c(0.0, 0.0) {
        if b.im != 0.0 || b.re < 0.0 {
            return Err(zero_to_negative());
        }
        c(0.0, 0.0)
    } else {
        general_power(a, b).ok_or_else(zero_to_negative)?
    };
    if z.has_infinity() { Err(overflow_error("complex exponentiation")) } else { Ok(z) }
}

fn int_power(a: C, n: u32) -> C {
    let (mut result, mut square, mut mask) = (c(1.0, 0.0), a, 1);
    while mask <= n {
        if n & mask != 0 {
            result = product(result, square);
        }
        mask <<= 1;
        square = product(square, square);
    }
    result
}

/// None when the angle is infinite, of which the C library has no sine (and CPython takes its error
/// for a division by zero).
fn general_power(a: C, b: C) -> Option<C> {
    let length = a.re.hypot(a.im);
    let angle = a.im.atan2(a.re);
    let mut magnitude = length.powf(b.re);
    let mut phase = angle * b.re;
    if b.im != 0.0 {
        magnitude *= (-angle * b.im).exp();
        phase += b.im * length.ln();
    }
    (!phase.is_infinite()).then(|| c(magnitude * phase.cos(), magnitude * phase.sin()))
}

fn negative(value: Value) -> R {
    Ok(view(value).map_or(NOT_IMPLEMENTED, |z| new(c(-z.re, -z.im))))
}

/// The number without the class of a subclass.
pub fn exact(value: Value) -> Value {
    if crate::vm::class_of(value) == types().complex {
        value
    } else {
        view(value).map_or(value, new)
    }
}

fn positive(value: Value) -> R {
    Ok(exact(value))
}

/// The length; None when it is too large for a float.
pub fn length(z: C) -> Option<f64> {
    let length = if z.has_infinity() { f64::INFINITY } else { z.re.hypot(z.im) };
    if length.is_infinite() && z.is_finite() { None } else { Some(length) }
}

fn absolute(value: Value) -> R {
    let z = view(value).unwrap_or(c(0.0, 0.0));
    length(z).map(Value::float).ok_or_else(|| overflow_error("absolute value too large"))
}

fn truth(value: Value) -> R<bool> {
    Ok(view(value).is_some_and(|z| z.re != 0.0 || z.im != 0.0))
}

// -- comparison and hash --------------------------------------------------------------------------

fn compare(a: Value, b: Value, op: CompareOp) -> R {
    let negated = match op {
        CompareOp::Eq => false,
        CompareOp::Ne => true,
        _ => return Ok(NOT_IMPLEMENTED),
    };
    let Some(z) = view(a) else { return Ok(NOT_IMPLEMENTED) };
    let equal = if let Some(w) = view(b) {
        z == w
    } else if let Some(f) = float::view(b) {
        z.re == f && z.im == 0.0
    } else if let Some(i) = int::view(b) {
        z.im == 0.0 && int::ordering_with_float(i, z.re) == Some(core::cmp::Ordering::Equal)
    } else {
        return Ok(NOT_IMPLEMENTED);
    };
    Ok(Value::bool(equal != negated))
}

fn hash(value: Value) -> R<i64> {
    let z = view(value).unwrap_or(c(0.0, 0.0));
    let part =
        |f: f64| if f.is_nan() { crate::ops::hash_of_address(value) } else { float::hash_of(f) };
    Ok(match part(z.re).wrapping_add(part(z.im).wrapping_mul(1_000_003)) {
        -1 => -2,
        hash => hash,
    })
}

pub fn init() {
    let slots = &types().complex.slots;
    let binary = |op: BinaryOp, function| slots.binary[op as usize].set(Some(function));
    binary(BinaryOp::Add, add);
    binary(BinaryOp::Subtract, sub);
    binary(BinaryOp::Multiply, mul);
    binary(BinaryOp::TrueDivide, truediv);
    binary(BinaryOp::Power, pow);
    slots.power.set(Some(pow_mod));
    slots.negative.set(Some(negative));
    slots.positive.set(Some(positive));
    slots.absolute.set(Some(absolute));
    slots.bool.set(Some(truth));
    slots.compare.set(Some(compare));
    slots.hash.set(Some(hash));
    crate::objects::complex_methods::init();
}
