//! Functions on numbers and characters: abs bin chr divmod hex max min oct ord pow round sum.

use crate::args::Args;
use crate::error::{R, type_error, value_error};
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::int;
use crate::objects::str::{self, Str};
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NULL, Value};
use crate::vm::{class_of, names, type_name, types};

pub static FUNCTIONS: [NativeFunction; 12] = [
    function("abs", "($module, number, /)", |a| crate::ops::absolute(a[0]), "The absolute value of the argument."),
    function("bin", "($module, number, /)", |a| in_radix(a[0], 2), "The binary text of an integer."),
    function("chr", "($module, i, /)", chr, "The one-character string of a code point, 0 <= i <= 0x10ffff."),
    function("divmod", "($module, x, y, /)", |a| crate::ops::divmod(a[0], a[1]), "The tuple (x//y, x%y)."),
    function("hex", "($module, number, /)", |a| in_radix(a[0], 16), "The hexadecimal text of an integer."),
    function("oct", "($module, number, /)", |a| in_radix(a[0], 8), "The octal text of an integer."),
    function("ord", "($module, character, /)", ord, "The code point of a one-character string."),
    function("pow", "($module, /, base, exp, mod=None)", |a| crate::ops::power(a[0], a[1], crate::ops::or_none(a[2])), "base**exp, or base**exp % mod."),
    function("round", "($module, /, number, ndigits=None)", round, "The number rounded to a precision in decimal digits."),
    function("sum", "($module, iterable, /, start=0)", sum, "The start value plus the sum of the numbers of an iterable."),
    raw_function("max", |args| extreme(args, CompareOp::Gt, "max"), "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the largest argument."),
    raw_function("min", |args| extreme(args, CompareOp::Lt, "min"), "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more positional arguments, return the smallest argument."),
];

fn in_radix(value: Value, radix: u8) -> R {
    let number = crate::ops::index(value)?;
    Ok(str::new(&crate::objects::int_text::with_prefix(number, radix)?).value())
}

fn chr(args: &[Value]) -> R {
    let number = crate::ops::index(args[0])?;
    match int::to_i64(number) {
        Some(code @ 0..=0xFF) => Ok(str::from_latin1(&[code as u8]).value()),
        Some(code @ 0..=0x10FFFF) => Ok(str::from_code_points(&[code as u32]).value()),
        _ => Err(value_error("chr() arg not in range(0x110000)")),
    }
}
fn ord(args: &[Value]) -> R {
    let value = args[0];
    let (len, first) = if let Some(text) = value.downcast::<Str>() {
        (text.len(), text.iter().next())
    } else if let Some(bytes) = value.downcast::<crate::objects::bytes::Bytes>() {
        (bytes.as_slice().len(), bytes.as_slice().first().map(|&byte| byte as u32))
    } else if let Some(bytes) = value.downcast::<crate::objects::bytearray::ByteArray>() {
        (bytes.as_slice().len(), bytes.as_slice().first().map(|&byte| byte as u32))
    } else {
        return Err(type_error(format!("ord() expected string of length 1, but {} found", type_name(value))));
    };
    match first {
        Some(code) if len == 1 => Ok(Value::small_int(code as i64)),
        _ => Err(type_error(format!("ord() expected a character, but string of length {len} found"))),
    }
}

fn round(args: &[Value]) -> R {
    let digits = args[1];
    let digits: &[Value] = if digits.is_null() || digits.is_none() { &[] } else { &args[1..2] };
    match crate::ops::call_special(args[0], names().__round__, digits)? {
        Some(result) => Ok(result),
        None => Err(type_error(format!("type {} doesn't define __round__ method", type_name(args[0])))),
    }
}

// -- sum -------------------------------------------------------------------------------

/// A float sum with the error that rounding has made so far (Neumaier).
#[derive(Clone, Copy)]
struct Compensated {
    high: f64,
    low: f64,
}
impl Compensated {
    fn add(&mut self, x: f64) {
        let total = self.high + x;
        self.low += if self.high.abs() >= x.abs() { (self.high - total) + x } else { (x - total) + self.high };
        self.high = total;
    }
    fn value(self) -> f64 {
        // An infinite or NaN sum has no sensible correction.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

fn sum(args: &[Value]) -> R {
    let iterator = crate::ops::iter(args[0])?;
    let start = args[1].option().unwrap_or(Value::small_int(0));
    for (class, what, instead) in [(types().str_, "strings", "''"), (types().bytes, "bytes", "b''"), (types().bytearray, "bytearray", "b''")] {
        if class_of(start).is_subclass(class) {
            return Err(type_error(format!("sum() can't sum {what} [use {instead}.join(seq) instead]")));
        }
    }
    let mut total = start;
    // Each stage goes on until it has added an item that is none of its kind.
    let mut done = false;
    if int::is_exact(total) {
        (total, done) = sum_ints(iterator, total)?;
    }
    if !done && total.is_float() {
        (total, done) = sum_floats(iterator, total.unbox_float())?;
    }
    if !done && class_of(total) == types().complex {
        (total, done) = sum_complex(iterator, total)?;
    }
    if done {
        return Ok(total);
    }
    while let Some(item) = crate::ops::next(iterator)? {
        total = crate::ops::binary(BinaryOp::Add, total, item)?;
    }
    Ok(total)
}
/// Ints and bools. The flag: the iterator is exhausted.
fn sum_ints(iterator: Value, start: Value) -> R<(Value, bool)> {
    let mut total = start;
    let add = |total: &mut Value, item: Value| {
        let sum = match Value::both_int(*total, item) {
            true => total.unbox_int() + item.unbox_int(),
            false => return false,
        };
        let fits = crate::defs::fits_int(sum);
        if fits {
            *total = Value::int(sum);
        }
        fits
    };
    while let Some(item) = crate::ops::next_left(iterator, |item| add(&mut total, item))? {
        if item.is_int() || item.is_bool() || int::is_exact(item) {
            total = match (total.is_int(), int::to_i64(item)) {
                (true, Some(number)) => match total.unbox_int().checked_add(number) {
                    Some(sum) => Value::int(sum),
                    None => crate::ops::binary(BinaryOp::Add, total, item)?,
                },
                _ => crate::ops::binary(BinaryOp::Add, total, item)?,
            };
            continue;
        }
        return Ok((crate::ops::binary(BinaryOp::Add, total, item)?, false));
    }
    Ok((total, true))
}
/// Floats and ints.
fn sum_floats(iterator: Value, start: f64) -> R<(Value, bool)> {
    let mut sum = Compensated { high: start, low: 0.0 };
    let add = |sum: &mut Compensated, item: Value| {
        let fits = item.is_float();
        if fits {
            sum.add(item.unbox_float());
        }
        fits
    };
    while let Some(item) = crate::ops::next_left(iterator, |item| add(&mut sum, item))? {
        if item.is_float() {
            sum.add(item.unbox_float());
        } else if int::is_any_int(item) {
            sum.add(int::to_f64(item)?);
        } else {
            let total = crate::ops::binary(BinaryOp::Add, Value::float(sum.value()), item)?;
            return Ok((total, false));
        }
    }
    Ok((Value::float(sum.value()), true))
}
fn sum_complex(iterator: Value, start: Value) -> R<(Value, bool)> {
    let parts = |value: Value| {
        let real = crate::ops::getattr(value, names().real).map(Value::unbox_float);
        let imag = crate::ops::getattr(value, names().imag).map(Value::unbox_float);
        real.and_then(|real| imag.map(|imag| (real, imag)))
    };
    let (real, imag) = parts(start)?;
    let mut real = Compensated { high: real, low: 0.0 };
    let mut imag = Compensated { high: imag, low: 0.0 };
    while let Some(item) = crate::ops::next(iterator)? {
        if class_of(item) == types().complex {
            let (re, im) = parts(item)?;
            real.add(re);
            imag.add(im);
        } else if item.is_float() {
            real.add(item.unbox_float());
        } else if int::is_any_int(item) {
            real.add(int::to_f64(item)?);
        } else {
            let total = crate::objects::complex::new(crate::objects::complex::C { re: real.value(), im: imag.value() });
            let total = crate::ops::binary(BinaryOp::Add, total, item)?;
            return Ok((total, false));
        }
    }
    Ok((crate::objects::complex::new(crate::objects::complex::C { re: real.value(), im: imag.value() }), true))
}

// -- min, max --------------------------------------------------------------------------

fn extreme(args: Args<'_>, op: CompareOp, name: &str) -> R {
    let pos = args.pos();
    if pos.is_empty() {
        return Err(type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.kw() {
        if keyword == names().key {
            key = Some(value).filter(|value| !value.is_none());
        } else if keyword.eq_str("default") {
            default = Some(value);
        } else {
            let keyword = keyword.to_string_lossy();
            return Err(type_error(format!("{name}() got an unexpected keyword argument '{keyword}'")));
        }
    }
    if pos.len() > 1 {
        if default.is_some() {
            return Err(type_error(format!("Cannot specify a default for {name}() with multiple positional arguments")));
        }
        let mut best = Best { op, key, best: NULL, best_key: NULL };
        pos.iter().try_for_each(|&item| best.offer(item))?;
        return Ok(best.best);
    }
    let mut best = Best { op, key, best: NULL, best_key: NULL };
    let iterator = crate::ops::iter(pos[0])?;
    while let Some(item) = crate::ops::next_left(iterator, |item| best.take(item))? {
        best.offer(item)?;
    }
    match (best.best.option(), default) {
        (Some(best), _) => Ok(best),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(value_error(format!("{name}() iterable argument is empty"))),
    }
}
struct Best {
    op: CompareOp,
    key: Option<Value>,
    best: Value,
    best_key: Value,
}
impl Best {
    /// `offer` of an int beside ints, without a key.
    fn take(&mut self, item: Value) -> bool {
        let fits = self.key.is_none() && Value::both_int(item, self.best_key);
        if fits && self.op.of(item.unbox_int().cmp(&self.best_key.unbox_int())) {
            (self.best, self.best_key) = (item, item);
        }
        fits
    }
    fn offer(&mut self, item: Value) -> R<()> {
        let rank = match self.key {
            Some(key) => crate::ops::call_positional(key, &[item])?,
            None => item,
        };
        let better = self.best.is_null()
            || if Value::both_int(rank, self.best_key) {
                self.op.of(rank.unbox_int().cmp(&self.best_key.unbox_int()))
            } else {
                crate::ops::compare_bool(rank, self.best_key, self.op)?
            };
        if better {
            (self.best, self.best_key) = (item, rank);
        }
        Ok(())
    }
}
