//! `math`: sums, products and norms that lose nothing on the way.

use super::{number, scale, split};
use crate::args::Args;
use crate::error::{R, memory_error, overflow_error, type_error, value_error};
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::int;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::BinaryOp;
use crate::value::Value;

pub static FUNCTIONS: [NativeFunction; 5] = [
    function(
        "dist",
        "($module, p, q, /)",
        dist,
        "Return the Euclidean distance between two points p and q.\n\nThe points should be specified as sequences (or iterables) of\ncoordinates.  Both inputs must have the same dimension.\n\nRoughly equivalent to:\n    sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))",
    ),
    function(
        "fsum",
        "($module, seq, /)",
        fsum,
        "Return an accurate floating-point sum of values in the iterable seq.\n\nAssumes IEEE-754 floating-point arithmetic.",
    ),
    raw_function(
        "hypot",
        hypot,
        "Multidimensional Euclidean distance from the origin to a point.\n\nRoughly equivalent to:\n    sqrt(sum(x**2 for x in coordinates))\n\nFor a two dimensional point (x, y), gives the hypotenuse\nusing the Pythagorean theorem:  sqrt(x*x + y*y).\n\nFor example, the hypotenuse of a 3/4/5 right triangle is:\n\n    >>> hypot(3.0, 4.0)\n    5.0\n",
    ),
    function(
        "prod",
        "($module, iterable, /, *, start=1)",
        prod,
        "Calculate the product of all the elements in the input iterable.\n\nThe default start value for the product is 1.\n\nWhen the iterable is empty, return the start value.  This function is\nintended specifically for use with numeric values and may reject\nnon-numeric types.",
    ),
    function(
        "sumprod",
        "($module, p, q, /)",
        sumprod,
        "Return the sum of products of values from two iterables p and q.\n\nRoughly equivalent to:\n\n    sum(map(operator.mul, p, q, strict=True))\n\nFor float and mixed int/float inputs, the intermediate products\nand sums are computed with extended precision.",
    ),
];

// -- exact pairs ----------------------------------------------------------------------------------

/// A sum of two floats that do not overlap.
#[derive(Clone, Copy)]
struct Double {
    hi: f64,
    lo: f64,
}

/// |a| >= |b|.
fn fast_sum(a: f64, b: f64) -> Double {
    let hi = a + b;
    Double { hi, lo: (a - hi) + b }
}

fn exact_sum(a: f64, b: f64) -> Double {
    let hi = a + b;
    let z = hi - a;
    Double { hi, lo: (a - (hi - z)) + (b - z) }
}

fn exact_product(x: f64, y: f64) -> Double {
    let hi = x * y;
    Double { hi, lo: x.mul_add(y, -hi) }
}

/// A running sum in three floats (SumKVert with K = 3).
#[derive(Clone, Copy, Default)]
struct Triple {
    hi: f64,
    lo: f64,
    tiny: f64,
}

impl Triple {
    fn add_product(self, x: f64, y: f64) -> Triple {
        let product = exact_product(x, y);
        let sum = exact_sum(self.hi, product.hi);
        let r1 = exact_sum(self.lo, product.lo);
        let r2 = exact_sum(r1.hi, sum.lo);
        Triple { hi: sum.hi, lo: r2.hi, tiny: self.tiny + r1.lo + r2.lo }
    }
    fn value(self) -> f64 {
        let last = exact_sum(self.lo, self.tiny);
        self.hi + last.hi
    }
}

// -- norms ----------------------------------------------------------------------------------------

fn hypot(args: Args<'_>) -> R {
    if args.kw_len() != 0 {
        return Err(type_error("math.hypot() takes no keyword arguments"));
    }
    let mut coordinates = Vec::with_capacity(args.pos().len());
    for &x in args.pos() {
        coordinates.push(number(x)?.abs());
    }
    Ok(Value::float(norm(&mut coordinates)))
}

fn dist(args: &[Value]) -> R {
    let as_tuple = |value: Value| -> R<crate::object::Gc<Tuple>> {
        match value.downcast::<Tuple>() {
            Some(tuple) => Ok(tuple),
            None => {
                let list = ops::collect(value)?;
                Ok(Tuple::from_slice(list.items()))
            }
        }
    };
    let (p, q) = (as_tuple(args[0])?, as_tuple(args[1])?);
    if p.len() != q.len() {
        return Err(value_error("both points must have the same number of dimensions"));
    }
    let mut differences = Vec::new();
    differences.try_reserve(p.len()).map_err(|_| memory_error())?;
    for (&a, &b) in p.items().iter().zip(q.items()) {
        differences.push((number(a)? - number(b)?).abs());
    }
    Ok(Value::float(norm(&mut differences)))
}

/// The Euclidean norm of magnitudes, as precise as CPython's: scaled by a power of two, squared
/// without loss, corrected once.
fn norm(magnitudes: &mut [f64]) -> f64 {
    let max = magnitudes.iter().fold(0.0, |max: f64, &x| max.max(x));
    if max == f64::INFINITY {
        return max;
    }
    if magnitudes.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || magnitudes.len() <= 1 {
        return max;
    }
    let (_, exponent) = split(max);
    if exponent < -1023 {
        magnitudes.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(magnitudes);
    }
    let unit = scale(1.0, -exponent as i64);
    let (mut sum, mut lost_squares, mut lost_sums) = (1.0, 0.0, 0.0);
    let mut add = |product: Double| {
        let next = fast_sum(sum, product.hi);
        sum = next.hi;
        lost_squares += product.lo;
        lost_sums += next.lo;
        sum - 1.0 + (lost_squares + lost_sums)
    };
    let mut squares = 0.0;
    for &x in magnitudes.iter() {
        squares = add(exact_product(x * unit, x * unit));
    }
    let root = squares.sqrt();
    let rest = add(exact_product(-root, root));
    (root + rest / (2.0 * root)) / unit
}

// -- sums -----------------------------------------------------------------------------------------

/// Shewchuk's algorithm: partial sums that do not overlap, in increasing magnitude.
fn fsum(args: &[Value]) -> R {
    let mut partials: Vec<f64> = Vec::with_capacity(32);
    let (mut special, mut infinities) = (0.0, 0.0);
    ops::for_each(args[0], |item| {
        let original = number(item)?;
        let mut x = original;
        let mut kept = 0;
        for i in 0..partials.len() {
            let mut y = partials[i];
            if x.abs() < y.abs() {
                core::mem::swap(&mut x, &mut y);
            }
            let sum = fast_sum(x, y);
            if sum.lo != 0.0 {
                partials[kept] = sum.lo;
                kept += 1;
            }
            x = sum.hi;
        }
        partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            partials.push(x);
            return Ok(());
        }
        // Either an overflow on the way, or a special value among the inputs.
        if original.is_finite() {
            return Err(overflow_error("intermediate overflow in fsum"));
        }
        if original.is_infinite() {
            infinities += original;
        }
        special += original;
        partials.clear();
        Ok(())
    })?;
    if special != 0.0 || special != special {
        if f64::is_nan(infinities) {
            return Err(value_error("-inf + inf in fsum"));
        }
        return Ok(Value::float(special));
    }
    Ok(Value::float(rounded_sum(&partials)))
}

/// The partials' sum, rounded half to even once.
fn rounded_sum(partials: &[f64]) -> f64 {
    let Some((&last, mut rest)) = partials.split_last() else { return 0.0 };
    let mut hi = last;
    let mut lo = 0.0;
    while let Some((&y, below)) = rest.split_last() {
        rest = below;
        let sum = fast_sum(hi, y);
        hi = sum.hi;
        lo = sum.lo;
        if lo != 0.0 {
            break;
        }
    }
    // A tie was rounded without looking at the partials below, which tell the side.
    if let Some(&below) = rest.last()
        && ((lo < 0.0 && below < 0.0) || (lo > 0.0 && below > 0.0))
    {
        let y = lo * 2.0;
        let x = hi + y;
        if y == x - hi {
            hi = x;
        }
    }
    hi
}

fn prod(args: &[Value]) -> R {
    let mut result = args[1].option().unwrap_or(Value::small_int(1));
    ops::for_each(args[0], |item| {
        result = if int::is_exact(result) && int::is_exact(item) {
            int::mul(result, item)?
        } else if result.is_float() && item.is_float() {
            Value::float(result.unbox_float() * item.unbox_float())
        } else {
            ops::binary(BinaryOp::Multiply, result, item)?
        };
        Ok(())
    })?;
    Ok(result)
}

/// What the products so far came to: ints in a word, floats in three, and the rest as an object.
struct SumProduct {
    total: Value,
    /// While all factors are ints and the sum fits in a word.
    ints: Option<i64>,
    ints_used: bool,
    /// While all factors are floats or ints.
    floats: Option<Triple>,
    floats_used: bool,
}

impl SumProduct {
    fn add(&mut self, p: Value, q: Value) -> R<()> {
        if let Some(sum) = self.ints {
            if int::is_exact(p)
                && int::is_exact(q)
                && let (Some(p), Some(q)) = (int::to_i64(p), int::to_i64(q))
                && let Some(next) = p.checked_mul(q).and_then(|product| sum.checked_add(product))
            {
                self.ints = Some(next);
                self.ints_used = true;
                return Ok(());
            }
            self.finish_ints()?;
        }
        if let Some(sum) = self.floats {
            let exact = |value: Value| value.is_float() || int::is_exact(value) || value.is_bool();
            if (p.is_float() || q.is_float())
                && exact(p)
                && exact(q)
                && let (Ok(p), Ok(q)) = (number(p), number(q))
            {
                let next = sum.add_product(p, q);
                if next.hi.is_finite() {
                    self.floats = Some(next);
                    self.floats_used = true;
                    return Ok(());
                }
            }
            self.finish_floats()?;
        }
        let product = ops::binary(BinaryOp::Multiply, p, q)?;
        self.total = ops::binary(BinaryOp::Add, self.total, product)?;
        Ok(())
    }
    fn finish_ints(&mut self) -> R<()> {
        if let Some(sum) = self.ints.take()
            && self.ints_used
        {
            self.total = ops::binary(BinaryOp::Add, self.total, Value::int(sum))?;
        }
        Ok(())
    }
    fn finish_floats(&mut self) -> R<()> {
        if let Some(sum) = self.floats.take()
            && self.floats_used
        {
            self.total = ops::binary(BinaryOp::Add, self.total, Value::float(sum.value()))?;
        }
        Ok(())
    }
}

fn sumprod(args: &[Value]) -> R {
    let (p, q) = (ops::iter(args[0])?, ops::iter(args[1])?);
    let mut sum = SumProduct {
        total: Value::small_int(0),
        ints: Some(0),
        ints_used: false,
        floats: Some(Triple::default()),
        floats_used: false,
    };
    loop {
        match (ops::next(p)?, ops::next(q)?) {
            (Some(p), Some(q)) => sum.add(p, q)?,
            (None, None) => break,
            _ => return Err(value_error("Inputs are not the same length")),
        }
    }
    sum.finish_ints()?;
    sum.finish_floats()?;
    Ok(sum.total)
}
