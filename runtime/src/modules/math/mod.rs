//! `math`: functions of one or two floats, with CPython's errors. Not here: integers
//! (`integer.rs`), sums and norms (`sum.rs`), the gamma function (`gamma.rs`).

mod gamma;
pub mod integer;
pub mod sum;

use crate::error::{R, Raised, overflow_error, type_error, value_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::float::{self, as_double};
use crate::objects::float_text::repr_of;
use crate::objects::int::{self, Int};
use crate::objects::int_big;
use crate::objects::module::Module;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, intern, names, type_name};

pub fn init(module: Gc<Module>) -> R<()> {
    let doc =
        "This module provides access to the mathematical functions\ndefined by the C standard.";
    add(module, "__doc__", crate::objects::str::new(doc).value());
    add_functions(module, &FUNCTIONS);
    add_functions(module, &integer::FUNCTIONS);
    add_functions(module, &sum::FUNCTIONS);
    add_constants(module);
    Ok(())
}

/// Those that `cmath` has too.
pub fn add_constants(module: Gc<Module>) {
    add(module, "pi", Value::float(core::f64::consts::PI));
    add(module, "e", Value::float(core::f64::consts::E));
    add(module, "tau", Value::float(core::f64::consts::TAU));
    add(module, "inf", Value::float(f64::INFINITY));
    add(module, "nan", Value::float(f64::NAN));
}

/// Functions of the C library that Rust's standard library lacks, or computes by formulas of its
/// own.
pub mod libm {
    unsafe extern "C" {
        pub safe fn acosh(x: f64) -> f64;
        pub safe fn asinh(x: f64) -> f64;
        pub safe fn atanh(x: f64) -> f64;
        pub safe fn erf(x: f64) -> f64;
        pub safe fn erfc(x: f64) -> f64;
        pub safe fn ldexp(x: f64, exponent: i32) -> f64;
        pub safe fn nextafter(x: f64, y: f64) -> f64;
        pub safe fn remainder(x: f64, y: f64) -> f64;
    }
}
use libm::{nextafter, remainder};

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 46] = [
    function("acos", "($module, x, /)", |a| unary(a, f64::acos, FROM_MINUS_ONE_TO_ONE), "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi."),
    function("acosh", "($module, x, /)", |a| unary(a, |x| libm::acosh(x), "expected argument value not less than 1"), "Return the inverse hyperbolic cosine of x."),
    function("asin", "($module, x, /)", |a| unary(a, f64::asin, FROM_MINUS_ONE_TO_ONE), "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    function("asinh", "($module, x, /)", |a| unary(a, |x| libm::asinh(x), ""), "Return the inverse hyperbolic sine of x."),
    function("atan", "($module, x, /)", |a| unary(a, f64::atan, ""), "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2."),
    function("atan2", "($module, y, x, /)", atan2, "Return the arc tangent (measured in radians) of y/x.\n\nUnlike atan(y/x), the signs of both x and y are considered."),
    function("atanh", "($module, x, /)", |a| unary(a, atanh, "expected a number between -1 and 1"), "Return the inverse hyperbolic tangent of x."),
    function("cbrt", "($module, x, /)", |a| unary(a, f64::cbrt, ""), "Return the cube root of x."),
    function("ceil", "($module, x, /)", ceil, "Return the ceiling of x as an Integral.\n\nThis is the smallest integer >= x."),
    function("copysign", "($module, x, y, /)", copysign, "Return a float with the magnitude (absolute value) of x but the sign of y.\n\nOn platforms that support signed zeros, copysign(1.0, -0.0)\nreturns -1.0.\n"),
    function("cos", "($module, x, /)", |a| unary(a, f64::cos, FINITE), "Return the cosine of x (measured in radians)."),
    function("cosh", "($module, x, /)", |a| unary_may_overflow(a, f64::cosh), "Return the hyperbolic cosine of x."),
    function("degrees", "($module, x, /)", degrees, "Convert angle x from radians to degrees."),
    function("erf", "($module, x, /)", |a| unary(a, |x| libm::erf(x), ""), "Error function at x."),
    function("erfc", "($module, x, /)", |a| unary(a, |x| libm::erfc(x), ""), "Complementary error function at x."),
    function("exp", "($module, x, /)", |a| unary_may_overflow(a, f64::exp), "Return e raised to the power of x."),
    function("exp2", "($module, x, /)", |a| unary_may_overflow(a, f64::exp2), "Return 2 raised to the power of x."),
    function("expm1", "($module, x, /)", |a| unary_may_overflow(a, f64::exp_m1), "Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x."),
    function("fabs", "($module, x, /)", |a| unary(a, f64::abs, ""), "Return the absolute value of the float x."),
    function("floor", "($module, x, /)", floor, "Return the floor of x as an Integral.\n\nThis is the largest integer <= x."),
    function("fma", "($module, x, y, z, /)", fma, "Fused multiply-add operation.\n\nCompute (x * y) + z with a single round."),
    function("fmod", "($module, x, y, /)", fmod, "Return fmod(x, y), according to platform C.\n\nx % y may differ."),
    function("frexp", "($module, x, /)", frexp, "Return the mantissa and exponent of x, as pair (m, e).\n\nIf x is a finite nonzero number, then m is a float with\n0.5 <= abs(m) < 1.0 and an integer e is such that\nx == m * 2**e exactly.  Else, return (x, 0)."),
    function("gamma", "($module, x, /)", |a| gamma_function(a, gamma::gamma), "Gamma function at x."),
    function("isclose", "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", isclose, "Determine whether two floating-point numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them\nmust be smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That\nis, NaN is not close to anything, even itself.  inf and -inf are\nonly close to themselves."),
    function("isfinite", "($module, x, /)", |a| Ok(Value::bool(as_double(a[0])?.is_finite())), "Return True if x is neither an infinity nor a NaN, and False otherwise."),
    function("isinf", "($module, x, /)", |a| Ok(Value::bool(as_double(a[0])?.is_infinite())), "Return True if x is a positive or negative infinity, and False otherwise."),
    function("isnan", "($module, x, /)", |a| Ok(Value::bool(as_double(a[0])?.is_nan())), "Return True if x is a NaN (not a number), and False otherwise."),
    function("ldexp", "($module, x, i, /)", ldexp, "Return x * (2**i).\n\nThis is essentially the inverse of frexp()."),
    function("lgamma", "($module, x, /)", |a| gamma_function(a, gamma::log_gamma), "Natural logarithm of absolute value of Gamma function at x."),
    raw_function("log", log, "log(x, [base=math.e])\nReturn the logarithm of x to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e) of x."),
    function("log10", "($module, x, /)", |a| logarithm(a[0], f64::log10), "Return the base 10 logarithm of x."),
    function("log1p", "($module, x, /)", |a| unary(a, log1p, "expected argument value > -1"), "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero."),
    function("log2", "($module, x, /)", |a| logarithm(a[0], f64::log2), "Return the base 2 logarithm of x."),
    function("modf", "($module, x, /)", modf, "Return the fractional and integer parts of x.\n\nBoth results carry the sign of x and are floats."),
    function("nextafter", "($module, x, y, /, *, steps=None)", next_after, "Return the floating-point value the given number of steps after x towards y.\n\nIf steps is not specified or is None, it defaults to 1.\n\nRaises a TypeError, if x or y is not a double, or if steps is not\nan integer.  Raises ValueError if steps is negative."),
    function("pow", "($module, x, y, /)", pow, "Return x**y (x to the power of y)."),
    function("radians", "($module, x, /)", radians, "Convert angle x from degrees to radians."),
    function("remainder", "($module, x, y, /)", ieee_remainder, "Difference between x and the closest integer multiple of y.\n\nReturn x - n*y where n*y is the closest integer multiple of y.\nIn the case where x is exactly halfway between two multiples of\ny, the nearest even value of n is used. The result is always exact."),
    function("sin", "($module, x, /)", |a| unary(a, f64::sin, FINITE), "Return the sine of x (measured in radians)."),
    function("sinh", "($module, x, /)", |a| unary_may_overflow(a, f64::sinh), "Return the hyperbolic sine of x."),
    function("sqrt", "($module, x, /)", |a| unary(a, f64::sqrt, "expected a nonnegative input"), "Return the square root of x."),
    function("tan", "($module, x, /)", |a| unary(a, f64::tan, FINITE), "Return the tangent of x (measured in radians)."),
    function("tanh", "($module, x, /)", |a| unary(a, f64::tanh, ""), "Return the hyperbolic tangent of x."),
    function("trunc", "($module, x, /)", trunc, "Truncates the Real x to the nearest Integral toward 0.\n\nUses the __trunc__ magic method."),
    function("ulp", "($module, x, /)", ulp, "Return the value of the least significant bit of the float x."),
];

const FROM_MINUS_ONE_TO_ONE: &str = "expected a number in range from -1 up to 1";
const FINITE: &str = "expected a finite input";

#[cold]
pub fn domain_error() -> Raised {
    value_error("math domain error")
}
#[cold]
pub fn range_error() -> Raised {
    overflow_error("math range error")
}

// -- functions of one float -----------------------------------------------------------------------

/// A NaN that the argument does not explain is an error of the domain, said as `expected`, with the
/// argument.
#[inline]
fn unary(args: &[Value], compute: fn(f64) -> f64, expected: &str) -> R {
    let x = as_double(args[0])?;
    let result = compute(x);
    if result.is_nan() && !x.is_nan() {
        return Err(value_error(format!("{expected}, got {}", repr_of(x))));
    }
    Ok(Value::float(result))
}

#[inline]
fn unary_may_overflow(args: &[Value], compute: fn(f64) -> f64) -> R {
    let x = as_double(args[0])?;
    let result = compute(x);
    if result.is_infinite() && x.is_finite() {
        Err(range_error())
    } else {
        Ok(Value::float(result))
    }
}

/// A pole is out of the domain here, as in C.
fn atanh(x: f64) -> f64 {
    if x.abs() >= 1.0 { f64::NAN } else { libm::atanh(x) }
}
fn log1p(x: f64) -> f64 {
    if x <= -1.0 { f64::NAN } else { x.ln_1p() }
}

fn degrees(args: &[Value]) -> R {
    Ok(Value::float(as_double(args[0])? * (180.0 / core::f64::consts::PI)))
}
fn radians(args: &[Value]) -> R {
    Ok(Value::float(as_double(args[0])? * (core::f64::consts::PI / 180.0)))
}

fn gamma_function(args: &[Value], compute: fn(f64) -> gamma::Result) -> R {
    let x = as_double(args[0])?;
    match compute(x) {
        Ok(result) => Ok(Value::float(result)),
        Err(gamma::Error::Pole) => Err(value_error(format!(
            "expected a noninteger or positive integer, got {}",
            repr_of(x)
        ))),
        Err(gamma::Error::Overflow) => Err(range_error()),
    }
}

fn ulp(args: &[Value]) -> R {
    let x = as_double(args[0])?.abs();
    Ok(Value::float(if !x.is_finite() {
        x
    } else {
        let above = nextafter(x, f64::INFINITY);
        if above.is_infinite() { x - nextafter(x, f64::NEG_INFINITY) } else { above - x }
    }))
}

fn frexp(args: &[Value]) -> R {
    let (mantissa, exponent) = split(as_double(args[0])?);
    Ok(Tuple::from_slice(&[Value::float(mantissa), Value::small_int(exponent as i64)]).value())
}

/// Mantissa in [0.5, 1) and exponent; exponent 0 for zeros, infinities and NaN.
pub fn split(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let (x, base) =
        if x.abs() < f64::MIN_POSITIVE { (x * (1u64 << 54) as f64, -54) } else { (x, 0) };
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1022;
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), exponent + base)
}

fn modf(args: &[Value]) -> R {
    let x = as_double(args[0])?;
    let whole = x.trunc();
    let fraction = if x.is_infinite() { 0f64.copysign(x) } else { (x - whole).copysign(x) };
    Ok(Tuple::from_slice(&[Value::float(fraction), Value::float(whole)]).value())
}

// -- rounding to ints -----------------------------------------------------------------------------

fn rounded(args: &[Value], method: Gc<crate::objects::str::Str>, round: fn(f64) -> f64) -> R {
    let x = args[0];
    if int::is_exact(x) {
        return Ok(x);
    }
    if !x.is_float()
        && let Some(result) = ops::call_special(x, method, &[])?
    {
        return Ok(result);
    }
    int::from_f64(round(as_double(x)?))
}
fn ceil(args: &[Value]) -> R {
    rounded(args, names().__ceil__, f64::ceil)
}
fn floor(args: &[Value]) -> R {
    rounded(args, names().__floor__, f64::floor)
}
fn trunc(args: &[Value]) -> R {
    if args[0].is_float() {
        return int::from_f64(args[0].unbox_float());
    }
    match ops::call_special(args[0], intern("__trunc__"), &[])? {
        Some(result) => Ok(result),
        None => {
            Err(type_error(format!("type {} doesn't define __trunc__ method", type_name(args[0]))))
        }
    }
}

// -- logarithms -----------------------------------------------------------------------------------

/// Ints may be larger than any float.
fn logarithm(x: Value, compute: fn(f64) -> f64) -> R {
    log_of(x, compute).map(Value::float)
}

fn log_of(x: Value, compute: fn(f64) -> f64) -> R<f64> {
    let index = if int::is_any_int(x) {
        Some(x)
    } else if !x.is_float()
        && class_of(x).slots.float.get().is_none()
        && class_of(x).slots.index.get().is_some()
    {
        Some(ops::index(x)?)
    } else {
        None
    };
    if let Some(i) = index.and_then(int::view) {
        if i.is_negative() || matches!(i, Int::Small(0)) {
            return Err(value_error("expected a positive input"));
        }
        return Ok(log_of_int(i, compute));
    }
    let f = as_double(x)?;
    if f <= 0.0 {
        return Err(value_error(format!("expected a positive input, got {}", repr_of(f))));
    }
    Ok(compute(f))
}

fn log_of_int(i: Int, compute: fn(f64) -> f64) -> f64 {
    match i {
        Int::Small(i) => compute(i as f64),
        Int::Big(big) => match int_big::to_f64(big) {
            Some(f) => compute(f),
            None => {
                let exponent = int::magnitude_bits(big);
                let mantissa =
                    int_big::true_divide(big, &(dashu_int::IBig::ONE << exponent)).unwrap_or(0.5);
                compute(mantissa) + compute(2.0) * exponent as f64
            }
        },
    }
}

fn log(args: crate::args::Args<'_>) -> R {
    if args.kw_len() != 0 {
        return Err(type_error("math.log() takes no keyword arguments"));
    }
    match args.pos() {
        [] => Err(type_error("log expected at least 1 argument, got 0")),
        [x] => logarithm(*x, f64::ln),
        [x, base] => {
            let (numerator, denominator) = (log_of(*x, f64::ln)?, log_of(*base, f64::ln)?);
            if denominator == 0.0 {
                return Err(crate::error::zero_division_error("division by zero"));
            }
            Ok(Value::float(numerator / denominator))
        }
        more => Err(type_error(format!("log expected at most 2 arguments, got {}", more.len()))),
    }
}

// -- functions of several floats ------------------------------------------------------------------

fn two(args: &[Value]) -> R<(f64, f64)> {
    Ok((as_double(args[0])?, as_double(args[1])?))
}

fn atan2(args: &[Value]) -> R {
    let (y, x) = two(args)?;
    Ok(Value::float(y.atan2(x)))
}
fn copysign(args: &[Value]) -> R {
    let (x, y) = two(args)?;
    Ok(Value::float(x.copysign(y)))
}

fn fmod(args: &[Value]) -> R {
    let (x, y) = two(args)?;
    let result = x % y;
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        Err(domain_error())
    } else {
        Ok(Value::float(result))
    }
}

fn ieee_remainder(args: &[Value]) -> R {
    let (x, y) = two(args)?;
    let result = remainder(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        Err(domain_error())
    } else {
        Ok(Value::float(result))
    }
}

fn pow(args: &[Value]) -> R {
    let (x, y) = two(args)?;
    let result = x.powf(y);
    if !result.is_finite() && x.is_finite() && y.is_finite() {
        // A NaN comes of a negative base, an infinity of a division by zero or of an overflow.
        return Err(if result.is_nan() || x == 0.0 { domain_error() } else { range_error() });
    }
    Ok(Value::float(result))
}

fn fma(args: &[Value]) -> R {
    let (x, y) = two(args)?;
    let z = as_double(args[2])?;
    let result = x.mul_add(y, z);
    if result.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
        return Err(value_error("invalid operation in fma"));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(overflow_error("overflow in fma"));
    }
    Ok(Value::float(result))
}

fn ldexp(args: &[Value]) -> R {
    let x = as_double(args[0])?;
    let exponent = match int::view(args[1]) {
        Some(Int::Small(i)) => i,
        Some(i) => {
            if i.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            }
        }
        None => return Err(type_error("Expected an int as second argument to ldexp.")),
    };
    if x == 0.0 || !x.is_finite() {
        return Ok(Value::float(x));
    }
    let result = scale(x, exponent);
    if result.is_infinite() { Err(range_error()) } else { Ok(Value::float(result)) }
}

/// `x * 2^exponent`, rounded once.
pub fn scale(x: f64, exponent: i64) -> f64 {
    libm::ldexp(x, exponent.clamp(-10_000, 10_000) as i32)
}

fn isclose(args: &[Value]) -> R {
    let (a, b) = two(args)?;
    let relative = args[2].option().map_or(Ok(1e-9), as_double)?;
    let absolute = args[3].option().map_or(Ok(0.0), as_double)?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::bool(true));
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(Value::bool(false));
    }
    let difference = (b - a).abs();
    let close = difference <= (relative * b).abs()
        || difference <= (relative * a).abs()
        || difference <= absolute;
    Ok(Value::bool(close))
}

fn next_after(args: &[Value]) -> R {
    let (x, y) = two(args)?;
    let Some(steps) = ops::given(args[2]) else { return Ok(Value::float(nextafter(x, y))) };
    let steps = ops::index(steps)?;
    let steps = match int::view(steps) {
        Some(i) if i.is_negative() => {
            return Err(value_error("steps must be a non-negative integer"));
        }
        _ => int::to_u64(steps).unwrap_or(u64::MAX),
    };
    Ok(Value::float(steps_after(x, y, steps)))
}

/// Floats of one sign are ordered as their bits.
fn steps_after(x: f64, y: f64, steps: u64) -> f64 {
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    const SIGN: u64 = 1 << 63;
    let (from, to) = (x.to_bits(), y.to_bits());
    let (from_magnitude, to_magnitude) = (from & !SIGN, to & !SIGN);
    if (from ^ to) & SIGN != 0 {
        // Through zero, which both signs share.
        return if steps >= from_magnitude.saturating_add(to_magnitude) {
            y
        } else if from_magnitude >= steps {
            f64::from_bits(from - steps)
        } else {
            f64::from_bits((to & SIGN) | (steps - from_magnitude))
        };
    }
    f64::from_bits(if from_magnitude > to_magnitude {
        if from - to >= steps { from - steps } else { to }
    } else if to - from >= steps {
        from + steps
    } else {
        to
    })
}

/// `float(x)` for the other files of the module.
fn number(x: Value) -> R<f64> {
    match float::view(x) {
        Some(f) => Ok(f),
        None => as_double(x),
    }
}
