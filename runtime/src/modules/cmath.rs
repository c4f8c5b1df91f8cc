//! `cmath`: functions of complex numbers. Special values by tables as in C's Annex G, ordinary ones
//! by formulas that neither overflow early nor lose precision near branch points (W. Kahan, "Branch
//! cuts for complex elementary functions").

use crate::error::{R, value_error};
use crate::modules::math::{domain_error, libm, range_error, scale};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::complex::{self, C, c};
use crate::objects::complex_methods::to_complex;
use crate::objects::float::as_double;
use crate::objects::module::Module;
use crate::objects::tuple::Tuple;
use crate::value::Value;
use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, PI};

pub fn init(module: Gc<Module>) -> R<()> {
    let doc = "This module provides access to mathematical functions for complex\nnumbers.";
    add(module, "__doc__", crate::objects::str::new(doc).value());
    add_functions(module, &FUNCTIONS);
    crate::modules::math::add_constants(module);
    add(module, "infj", complex::new(c(0.0, f64::INFINITY)));
    add(module, "nanj", complex::new(c(0.0, f64::NAN)));
    Ok(())
}

#[rustfmt::skip]
static FUNCTIONS: [NativeFunction; 23] = [
    function("acos", "($module, z, /)", |a| map(a, acos), "Return the arc cosine of z."),
    function("acosh", "($module, z, /)", |a| map(a, acosh), "Return the inverse hyperbolic cosine of z."),
    function("asin", "($module, z, /)", |a| map(a, asin), "Return the arc sine of z."),
    function("asinh", "($module, z, /)", |a| map(a, asinh), "Return the inverse hyperbolic sine of z."),
    function("atan", "($module, z, /)", |a| map(a, atan), "Return the arc tangent of z."),
    function("atanh", "($module, z, /)", |a| map(a, atanh), "Return the inverse hyperbolic tangent of z."),
    function("cos", "($module, z, /)", |a| map(a, cos), "Return the cosine of z."),
    function("cosh", "($module, z, /)", |a| map(a, cosh), "Return the hyperbolic cosine of z."),
    function("exp", "($module, z, /)", |a| map(a, exp), "Return the exponential value e**z."),
    function("isclose", "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)", is_close, "Determine whether two complex numbers are close in value.\n\n  rel_tol\n    maximum difference for being considered \"close\", relative to the\n    magnitude of the input values\n  abs_tol\n    maximum difference for being considered \"close\", regardless of the\n    magnitude of the input values\n\nReturn True if a is close in value to b, and False otherwise.\n\nFor the values to be considered close, the difference between them must\nbe smaller than at least one of the tolerances.\n\n-inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,\nNaN is not close to anything, even itself. inf and -inf are only close\nto themselves."),
    function("isfinite", "($module, z, /)", is_finite, "Return True if both the real and imaginary parts of z are finite, else False."),
    function("isinf", "($module, z, /)", is_inf, "Checks if the real or imaginary part of z is infinite."),
    function("isnan", "($module, z, /)", is_nan, "Checks if the real or imaginary part of z not a number (NaN)."),
    function("log", "($module, z, base=<unrepresentable>, /)", log_to_base, "log(z[, base]) -> the logarithm of z to the given base.\n\nIf the base is not specified, returns the natural logarithm (base e)\nof z."),
    function("log10", "($module, z, /)", |a| map(a, log10), "Return the base-10 logarithm of z."),
    function("phase", "($module, z, /)", phase, "Return argument, also known as the phase angle, of a complex."),
    function("polar", "($module, z, /)", polar, "Convert a complex from rectangular coordinates to polar coordinates.\n\nr is the distance from 0 and phi the phase angle."),
    function("rect", "($module, r, phi, /)", rect, "Convert from polar coordinates to rectangular coordinates."),
    function("sin", "($module, z, /)", |a| map(a, sin), "Return the sine of z."),
    function("sinh", "($module, z, /)", |a| map(a, sinh), "Return the hyperbolic sine of z."),
    function("sqrt", "($module, z, /)", |a| map(a, sqrt), "Return the square root of z."),
    function("tan", "($module, z, /)", |a| map(a, tan), "Return the tangent of z."),
    function("tanh", "($module, z, /)", |a| map(a, tanh), "Return the hyperbolic tangent of z."),
];
/// What goes wrong: CPython's EDOM and ERANGE.
enum Error {
    Domain,
    Range,
}
type Z = Result<C, Error>;

fn map(args: &[Value], function: fn(C) -> Z) -> R {
    match function(to_complex(args[0])?) {
        Ok(z) => Ok(complex::new(z)),
        Err(Error::Domain) => Err(domain_error()),
        Err(Error::Range) => Err(range_error()),
    }
}

// -- special values -------------------------------------------------------------------------------

const INF: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
/// Any value: the case is computed, or does not occur.
const U: f64 = -9.5426319407711027e33;
const P: f64 = PI;
const P12: f64 = FRAC_PI_2;
const P14: f64 = FRAC_PI_4;
const P34: f64 = 3.0 * FRAC_PI_4;

/// A row for each kind of real part (-inf, -finite, -0, 0, finite, inf, nan), a column for each
/// kind of imaginary part.
type Table = [[C; 7]; 7];

fn kind(f: f64) -> usize {
    match f {
        _ if f.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        f64::INFINITY => 5,
        _ if f == 0.0 => {
            if f.is_sign_negative() {
                2
            } else {
                3
            }
        }
        _ if f < 0.0 => 1,
        _ => 4,
    }
}

fn special(z: C, table: &Table) -> Option<C> {
    if z.is_finite() { None } else { Some(table[kind(z.re)][kind(z.im)]) }
}

macro_rules! table {
    ($([$(($re:expr, $im:expr)),* $(,)?]),* $(,)?) => { [$([$(c($re, $im)),*]),*] };
}

#[rustfmt::skip]
const SQRT: Table = table![
    [(INF, -INF), (0.0, -INF), (0.0, -INF), (0.0, INF), (0.0, INF), (INF, INF), (N, INF)],
    [(INF, -INF), (U, U), (U, U), (U, U), (U, U), (INF, INF), (N, N)],
    [(INF, -INF), (U, U), (U, U), (U, U), (U, U), (INF, INF), (N, N)],
    [(INF, -INF), (U, U), (U, U), (U, U), (U, U), (INF, INF), (N, N)],
    [(INF, -INF), (U, U), (U, U), (U, U), (U, U), (INF, INF), (N, N)],
    [(INF, -INF), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, INF), (INF, N)],
    [(INF, -INF), (N, N), (N, N), (N, N), (N, N), (INF, INF), (N, N)],
];
#[rustfmt::skip]
const EXP: Table = table![
    [(0.0, 0.0), (0.0, -0.0), (0.0, -0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (INF, -INF), (INF, -0.0), (INF, 0.0), (INF, INF), (U, U), (INF, N)],
    [(N, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];
#[rustfmt::skip]
const LOG: Table = table![
    [(INF, -P34), (INF, -P), (INF, -P), (INF, P), (INF, P), (INF, P34), (INF, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P14), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, P14), (INF, N)],
    [(INF, N), (N, N), (N, N), (N, N), (N, N), (INF, N), (N, N)],
];
#[rustfmt::skip]
const ACOS: Table = table![
    [(P34, INF), (P, INF), (P, INF), (P, -INF), (P, -INF), (P34, -INF), (N, INF)],
    [(P12, INF), (U, U), (U, U), (U, U), (U, U), (P12, -INF), (N, N)],
    [(P12, INF), (U, U), (U, U), (U, U), (U, U), (P12, -INF), (P12, N)],
    [(P12, INF), (U, U), (U, U), (U, U), (U, U), (P12, -INF), (P12, N)],
    [(P12, INF), (U, U), (U, U), (U, U), (U, U), (P12, -INF), (N, N)],
    [(P14, INF), (0.0, INF), (0.0, INF), (0.0, -INF), (0.0, -INF), (P14, -INF), (N, INF)],
    [(N, INF), (N, N), (N, N), (N, N), (N, N), (N, -INF), (N, N)],
];
#[rustfmt::skip]
const ACOSH: Table = table![
    [(INF, -P34), (INF, -P), (INF, -P), (INF, P), (INF, P), (INF, P34), (INF, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, P12)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, P12)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P14), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, P14), (INF, N)],
    [(INF, N), (N, N), (N, N), (N, N), (N, N), (INF, N), (N, N)],
];
#[rustfmt::skip]
const ASINH: Table = table![
    [(-INF, -P14), (-INF, -0.0), (-INF, -0.0), (-INF, 0.0), (-INF, 0.0), (-INF, P14), (-INF, N)],
    [(-INF, -P12), (U, U), (U, U), (U, U), (U, U), (-INF, P12), (N, N)],
    [(-INF, -P12), (U, U), (U, U), (U, U), (U, U), (-INF, P12), (N, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (N, N)],
    [(INF, -P14), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, P14), (INF, N)],
    [(INF, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (INF, N), (N, N)],
];
#[rustfmt::skip]
const ATANH: Table = table![
    [(-0.0, -P12), (-0.0, -P12), (-0.0, -P12), (-0.0, P12), (-0.0, P12), (-0.0, P12), (-0.0, N)],
    [(-0.0, -P12), (U, U), (U, U), (U, U), (U, U), (-0.0, P12), (N, N)],
    [(-0.0, -P12), (U, U), (U, U), (U, U), (U, U), (-0.0, P12), (-0.0, N)],
    [(0.0, -P12), (U, U), (U, U), (U, U), (U, U), (0.0, P12), (0.0, N)],
    [(0.0, -P12), (U, U), (U, U), (U, U), (U, U), (0.0, P12), (N, N)],
    [(0.0, -P12), (0.0, -P12), (0.0, -P12), (0.0, P12), (0.0, P12), (0.0, P12), (0.0, N)],
    [(0.0, -P12), (N, N), (N, N), (N, N), (N, N), (0.0, P12), (N, N)],
];
#[rustfmt::skip]
const COSH: Table = table![
    [(U, U), (INF, INF), (INF, 0.0), (INF, -0.0), (INF, -INF), (U, U), (INF, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, 0.0)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, 0.0)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (INF, -INF), (INF, -0.0), (INF, 0.0), (INF, INF), (U, U), (INF, N)],
    [(N, N), (N, N), (N, 0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];
#[rustfmt::skip]
const SINH: Table = table![
    [(U, U), (-INF, -INF), (-INF, -0.0), (-INF, 0.0), (-INF, INF), (U, U), (INF, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (0.0, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (0.0, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (INF, -INF), (INF, -0.0), (INF, 0.0), (INF, INF), (U, U), (INF, N)],
    [(N, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];
#[rustfmt::skip]
const TANH: Table = table![
    [(-1.0, 0.0), (-1.0, -0.0), (-1.0, -0.0), (-1.0, 0.0), (-1.0, 0.0), (-1.0, 0.0), (-1.0, 0.0)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (-0.0, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (0.0, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(1.0, 0.0), (1.0, -0.0), (1.0, -0.0), (1.0, 0.0), (1.0, 0.0), (1.0, 0.0), (1.0, 0.0)],
    [(N, N), (N, N), (N, -0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];
#[rustfmt::skip]
const RECT: Table = table![
    [(U, U), (-INF, INF), (-INF, 0.0), (-INF, -0.0), (-INF, -INF), (U, U), (INF, N)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(0.0, 0.0), (U, U), (U, U), (U, U), (U, U), (0.0, 0.0), (0.0, 0.0)],
    [(0.0, 0.0), (U, U), (U, U), (U, U), (U, U), (0.0, 0.0), (0.0, 0.0)],
    [(U, U), (U, U), (U, U), (U, U), (U, U), (U, U), (N, N)],
    [(U, U), (INF, -INF), (INF, -0.0), (INF, 0.0), (INF, INF), (U, U), (INF, N)],
    [(N, N), (N, N), (N, 0.0), (N, 0.0), (N, N), (N, N), (N, N)],
];

const LARGE: f64 = f64::MAX / 4.0;
const SQRT_LARGE: f64 = 6.703903964971298e153;
const LOG_LARGE: f64 = 708.3964185322641;
const SQRT_MIN: f64 = 1.4916681462400413e-154;

// -- powers and logarithms ------------------------------------------------------------------------

fn sqrt(z: C) -> Z {
    if let Some(value) = special(z, &SQRT) {
        return Ok(value);
    }
    if z.re == 0.0 && z.im == 0.0 {
        return Ok(c(0.0, z.im));
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        // Both are subnormal: scaled up by 2^53, and by 2^-27 back, which is half a power of two
        // short: s is sqrt((ax + h) / 2).
        let ax = scale(ax, 53);
        scale((ax + ax.hypot(scale(ay, 53))).sqrt(), -27)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    Ok(if z.re >= 0.0 { c(s, d.copysign(z.im)) } else { c(d, s.copysign(z.im)) })
}

fn exp(z: C) -> Z {
    if !z.is_finite() {
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let length = if z.re > 0.0 { INF } else { 0.0 };
            return Ok(c(length.copysign(z.im.cos()), length.copysign(z.im.sin())));
        }
        // An infinite angle is an error unless the length is 0 or the real part a NaN.
        if z.im.is_infinite() && (z.re.is_finite() || z.re == INF) {
            return Err(Error::Domain);
        }
        return Ok(EXP[kind(z.re)][kind(z.im)]);
    }
    let r = if z.re > LOG_LARGE {
        let length = (z.re - 1.0).exp();
        c(length * z.im.cos() * core::f64::consts::E, length * z.im.sin() * core::f64::consts::E)
    } else {
        let length = z.re.exp();
        c(length * z.im.cos(), length * z.im.sin())
    };
    finite(r)
}

fn finite(r: C) -> Z {
    if r.re.is_infinite() || r.im.is_infinite() { Err(Error::Range) } else { Ok(r) }
}

fn log(z: C) -> Z {
    if let Some(value) = special(z, &LOG) {
        return Ok(value);
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let re = if ax > LARGE || ay > LARGE {
        (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Error::Domain);
        }
        scale(ax, 53).hypot(scale(ay, 53)).ln() - 53.0 * LN_2
    } else {
        let h = ax.hypot(ay);
        if (0.71..=1.73).contains(&h) {
            let (am, an) = if ax > ay { (ax, ay) } else { (ay, ax) };
            ((am - 1.0) * (am + 1.0) + an * an).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(c(re, z.im.atan2(z.re)))
}

fn log10(z: C) -> Z {
    let r = log(z)?;
    Ok(c(r.re / core::f64::consts::LN_10, r.im / core::f64::consts::LN_10))
}

fn log_to_base(args: &[Value]) -> R {
    let z = to_complex(args[0])?;
    let x = log(z);
    let Some(base) = args[1].option() else {
        return x.map(complex::new).map_err(|_| domain_error());
    };
    let y = log(to_complex(base)?).map_err(|_| domain_error())?;
    // With a base, the pole at zero is a value like any other.
    let x = x.unwrap_or(c(-INF, z.im.atan2(z.re)));
    complex::quotient(x, y).map(complex::new).ok_or_else(domain_error)
}

// -- inverse functions ----------------------------------------------------------------------------

fn acos(z: C) -> Z {
    if let Some(value) = special(z, &ACOS) {
        return Ok(value);
    }
    if z.re.abs() > LARGE || z.im.abs() > LARGE {
        let re = z.im.abs().atan2(z.re);
        let length = (z.re / 2.0).hypot(z.im / 2.0).ln() + 2.0 * LN_2;
        return Ok(c(re, if z.re < 0.0 { -length.copysign(z.im) } else { length.copysign(-z.im) }));
    }
    let s1 = sqrt(c(1.0 - z.re, -z.im))?;
    let s2 = sqrt(c(1.0 + z.re, z.im))?;
    Ok(c(2.0 * s1.re.atan2(s2.re), libm::asinh(s2.re * s1.im - s2.im * s1.re)))
}

fn acosh(z: C) -> Z {
    if let Some(value) = special(z, &ACOSH) {
        return Ok(value);
    }
    if z.re.abs() > LARGE || z.im.abs() > LARGE {
        let re = (z.re / 2.0).hypot(z.im / 2.0).ln() + 2.0 * LN_2;
        return Ok(c(re, z.im.atan2(z.re)));
    }
    let s1 = sqrt(c(z.re - 1.0, z.im))?;
    let s2 = sqrt(c(z.re + 1.0, z.im))?;
    Ok(c(libm::asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * s1.im.atan2(s2.re)))
}

/// asin(z) = -i asinh(iz).
fn asin(z: C) -> Z {
    let s = asinh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}

fn asinh(z: C) -> Z {
    if let Some(value) = special(z, &ASINH) {
        return Ok(value);
    }
    if z.re.abs() > LARGE || z.im.abs() > LARGE {
        let length = (z.re / 2.0).hypot(z.im / 2.0).ln() + 2.0 * LN_2;
        let re = if z.im < 0.0 { -length.copysign(-z.re) } else { length.copysign(z.re) };
        return Ok(c(re, z.im.atan2(z.re.abs())));
    }
    let s1 = sqrt(c(1.0 + z.im, -z.re))?;
    let s2 = sqrt(c(1.0 - z.im, z.re))?;
    Ok(c(libm::asinh(s1.re * s2.im - s2.re * s1.im), z.im.atan2(s1.re * s2.re - s1.im * s2.im)))
}

/// atan(z) = -i atanh(iz).
fn atan(z: C) -> Z {
    let s = atanh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}

fn atanh(z: C) -> Z {
    if let Some(value) = special(z, &ATANH) {
        return Ok(value);
    }
    // Odd: computed in the right half plane.
    if z.re < 0.0 || (z.re == 0.0 && z.re.is_sign_negative()) {
        let r = atanh(c(-z.re, -z.im))?;
        return Ok(c(-r.re, -r.im));
    }
    let ay = z.im.abs();
    if z.re > SQRT_LARGE || ay > SQRT_LARGE {
        // Large: 1/z to first order. Scaled, so that the squared length does not overflow.
        let h = (z.re / 2.0).hypot(z.im / 2.0);
        return Ok(c(z.re / 4.0 / h / h, FRAC_PI_2.copysign(z.im)));
    }
    if z.re == 1.0 && ay < SQRT_MIN {
        if ay == 0.0 {
            return Err(Error::Domain);
        }
        let re = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
        return Ok(c(re, (2f64.atan2(-ay) / 2.0).copysign(z.im)));
    }
    let re = (4.0 * z.re / ((1.0 - z.re) * (1.0 - z.re) + ay * ay)).ln_1p() / 4.0;
    let im = -(-2.0 * z.im).atan2((1.0 - z.re) * (1.0 + z.re) - ay * ay) / 2.0;
    Ok(c(re, im))
}

// -- trigonometric and hyperbolic functions -------------------------------------------------------

/// cos(z) = cosh(iz).
fn cos(z: C) -> Z {
    cosh(c(-z.im, z.re))
}
/// sin(z) = -i sinh(iz).
fn sin(z: C) -> Z {
    let s = sinh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}
/// tan(z) = -i tanh(iz).
fn tan(z: C) -> Z {
    let s = tanh(c(-z.im, z.re))?;
    Ok(c(s.im, -s.re))
}

/// Errors of an infinite angle: always, but for a NaN as the real part.
fn infinite_angle(z: C) -> bool {
    z.im.is_infinite() && !z.re.is_nan()
}

fn cosh(z: C) -> Z {
    if !z.is_finite() {
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let im = INF.copysign(z.im.sin());
            return Ok(c(INF.copysign(z.im.cos()), if z.re > 0.0 { im } else { -im }));
        }
        if infinite_angle(z) {
            return Err(Error::Domain);
        }
        return Ok(COSH[kind(z.re)][kind(z.im)]);
    }
    let r = if z.re.abs() > LOG_LARGE {
        // A step of one towards zero avoids overflow where the cosine is small.
        let x = z.re - 1f64.copysign(z.re);
        let e = core::f64::consts::E;
        c(z.im.cos() * x.cosh() * e, z.im.sin() * x.sinh() * e)
    } else {
        c(z.im.cos() * z.re.cosh(), z.im.sin() * z.re.sinh())
    };
    finite(r)
}

fn sinh(z: C) -> Z {
    if !z.is_finite() {
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let re = INF.copysign(z.im.cos());
            return Ok(c(if z.re > 0.0 { re } else { -re }, INF.copysign(z.im.sin())));
        }
        if infinite_angle(z) {
            return Err(Error::Domain);
        }
        return Ok(SINH[kind(z.re)][kind(z.im)]);
    }
    let r = if z.re.abs() > LOG_LARGE {
        let x = z.re - 1f64.copysign(z.re);
        let e = core::f64::consts::E;
        c(z.im.cos() * x.sinh() * e, z.im.sin() * x.cosh() * e)
    } else {
        c(z.im.cos() * z.re.sinh(), z.im.sin() * z.re.cosh())
    };
    finite(r)
}

fn tanh(z: C) -> Z {
    if !z.is_finite() {
        if z.re.is_infinite() && z.im.is_finite() && z.im != 0.0 {
            let im = 0f64.copysign(2.0 * z.im.sin() * z.im.cos());
            return Ok(c(1f64.copysign(z.re), im));
        }
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(Error::Domain);
        }
        return Ok(TANH[kind(z.re)][kind(z.im)]);
    }
    if z.re.abs() > LOG_LARGE {
        let im = 4.0 * z.im.sin() * z.im.cos() * (-2.0 * z.re.abs()).exp();
        return Ok(c(1f64.copysign(z.re), im));
    }
    let (tx, ty) = (z.re.tanh(), z.im.tan());
    let cx = 1.0 / z.re.cosh();
    let txty = tx * ty;
    let denominator = 1.0 + txty * txty;
    Ok(c(tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

// -- polar coordinates ----------------------------------------------------------------------------

fn phase(args: &[Value]) -> R {
    let z = to_complex(args[0])?;
    let angle = z.im.atan2(z.re);
    // The C library reports an underflow to zero, and CPython every report.
    if angle == 0.0 && z.im != 0.0 && z.is_finite() {
        return Err(range_error());
    }
    Ok(Value::float(angle))
}

fn polar(args: &[Value]) -> R {
    let z = to_complex(args[0])?;
    let length = complex::length(z).ok_or_else(range_error)?;
    Ok(Tuple::from_slice(&[Value::float(length), Value::float(z.im.atan2(z.re))]).value())
}

fn rect(args: &[Value]) -> R {
    let (r, phi) = (as_double(args[0])?, as_double(args[1])?);
    if r.is_finite() && phi.is_finite() {
        let im = if phi == 0.0 { r * phi } else { r * phi.sin() };
        return Ok(complex::new(c(r * phi.cos(), im)));
    }
    if r.is_infinite() && phi.is_finite() && phi != 0.0 {
        let (re, im) = (INF.copysign(phi.cos()), INF.copysign(phi.sin()));
        return Ok(complex::new(if r > 0.0 { c(re, im) } else { c(-re, -im) }));
    }
    if r != 0.0 && !r.is_nan() && phi.is_infinite() {
        return Err(domain_error());
    }
    Ok(complex::new(RECT[kind(r)][kind(phi)]))
}

// -- tests ----------------------------------------------------------------------------------------

fn is_close(args: &[Value]) -> R {
    let (a, b) = (to_complex(args[0])?, to_complex(args[1])?);
    let relative = args[2].option().map_or(Ok(1e-9), as_double)?;
    let absolute = args[3].option().map_or(Ok(0.0), as_double)?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(Value::bool(true));
    }
    let infinite = |z: C| z.re.is_infinite() || z.im.is_infinite();
    if infinite(a) || infinite(b) {
        return Ok(Value::bool(false));
    }
    let length = |z: C| z.re.hypot(z.im);
    let difference = length(c(a.re - b.re, a.im - b.im));
    let close = difference <= relative * length(b)
        || difference <= relative * length(a)
        || difference <= absolute;
    Ok(Value::bool(close))
}

fn is_finite(args: &[Value]) -> R {
    Ok(Value::bool(to_complex(args[0])?.is_finite()))
}
fn is_nan(args: &[Value]) -> R {
    let z = to_complex(args[0])?;
    Ok(Value::bool(z.re.is_nan() || z.im.is_nan()))
}
fn is_inf(args: &[Value]) -> R {
    let z = to_complex(args[0])?;
    Ok(Value::bool(z.re.is_infinite() || z.im.is_infinite()))
}
