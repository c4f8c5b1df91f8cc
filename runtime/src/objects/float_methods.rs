//! float: the constructor, methods and attributes. Not here: arithmetic (`float.rs`), text
//! (`float_text.rs`).

use crate::args::Args;
use crate::error::{R, overflow_error, type_error, value_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::builtin::{
    NativeAttribute, NativeFunction, class_method, getset, method, new_header,
};
use crate::objects::class::Class;
use crate::objects::float::{self, FloatObject};
use crate::objects::int_methods::bytes_of;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::objects::{float_text, int, int_big, int_text};
use crate::ops;
use crate::value::Value;
use crate::vm::{type_name, types};
use dashu_int::IBig;

pub fn init() {
    let class = types().float;
    class.doc.set("Convert a string or number to a floating-point number, if possible.");
    class.slots.new.set(Some(new));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

static METHODS: [NativeFunction; 14] = [
    class_method(
        "from_number",
        "($type, number, /)",
        from_number,
        "Convert real number to a floating-point number.",
    ),
    method(
        "conjugate",
        "($self, /)",
        conjugate,
        "Return self, the complex conjugate of any float.",
    ),
    method("__trunc__", "($self, /)", trunc, "Return the Integral closest to x between 0 and x."),
    method("__floor__", "($self, /)", floor, "Return the floor as an Integral."),
    method("__ceil__", "($self, /)", ceil, "Return the ceiling as an Integral."),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round,
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is exactly equal to the original float.",
    ),
    class_method(
        "fromhex",
        "($type, string, /)",
        fromhex,
        "Create a floating-point number from a hexadecimal string.",
    ),
    method(
        "hex",
        "($self, /)",
        hex,
        "Return a hexadecimal representation of a floating-point number.",
    ),
    method("is_integer", "($self, /)", is_integer, "Return True if the float is an integer."),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    class_method(
        "__getformat__",
        "($type, typestr, /)",
        getformat,
        "You probably don't want to use this function.",
    ),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Formats the float according to format_spec.",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        |_| Ok(Value::small_int(24)),
        "Size of object in memory, in bytes.",
    ),
];

static ATTRIBUTES: [NativeAttribute; 2] = [
    getset("real", |this| Ok(float::exact(this)), None, "the real part of a complex number"),
    getset("imag", |_| Ok(Value::float(0.0)), None, "the imaginary part of a complex number"),
];

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    if args.kw_len() != 0 {
        return Err(type_error("float() takes no keyword arguments"));
    }
    let f = match args.pos() {
        [] => 0.0,
        [x] => to_float(*x)?,
        more => {
            return Err(type_error(format!(
                "float expected at most 1 argument, got {}",
                more.len()
            )));
        }
    };
    Ok(make(class, f))
}

fn make(class: Gc<Class>, f: f64) -> Value {
    if class == types().float {
        return Value::float(f);
    }
    heap::alloc_instance(class, FloatObject { header: new_header(), value: f.into() }).value()
}

/// `float(x)`.
fn to_float(x: Value) -> R<f64> {
    if x.is_float() {
        return Ok(x.unbox_float());
    }
    if let Some(text) = x.downcast::<Str>() {
        return float_text::parse(&int_text::to_ascii_number(&text))
            .ok_or_else(|| float_text::could_not_convert(x));
    }
    if let Some(f) = float::convert(x)? {
        return Ok(f);
    }
    if let Some(bytes) = bytes_of(x)? {
        let text = Some(bytes.as_slice()).filter(|bytes| int_text::is_plain(bytes));
        return text.and_then(float_text::parse).ok_or_else(|| float_text::could_not_convert(x));
    }
    Err(type_error(format!(
        "float() argument must be a string or a real number, not '{}'",
        type_name(x)
    )))
}

fn from_number(args: &[Value]) -> R {
    if args[0] == types().float.value() && args[1].is_float() {
        return Ok(args[1]);
    }
    let f = Value::float(float::as_double(args[1])?);
    if args[0] == types().float.value() { Ok(f) } else { ops::call_positional(args[0], &[f]) }
}

/// The number of `self`, which the descriptor has checked.
fn this(args: &[Value]) -> f64 {
    float::view(args[0]).unwrap_or(0.0)
}

fn conjugate(args: &[Value]) -> R {
    Ok(float::exact(args[0]))
}
fn trunc(args: &[Value]) -> R {
    int::from_f64(this(args))
}
fn floor(args: &[Value]) -> R {
    int::from_f64(this(args).floor())
}
fn ceil(args: &[Value]) -> R {
    int::from_f64(this(args).ceil())
}
fn is_integer(args: &[Value]) -> R {
    let f = this(args);
    Ok(Value::bool(f.is_finite() && f == f.trunc()))
}
fn getnewargs(args: &[Value]) -> R {
    Ok(Tuple::from_slice(&[Value::float(this(args))]).value())
}
fn hex(args: &[Value]) -> R {
    Ok(str::new(&float_text::to_hex(this(args))).value())
}

fn fromhex(args: &[Value]) -> R {
    let Some(text) = args[1].downcast::<Str>() else {
        return Err(type_error("bad argument type for built-in operation"));
    };
    // Digits are ASCII here: `fromhex` does not read those of other scripts.
    let f = Value::float(float_text::from_hex(text.to_string_lossy().as_bytes())?);
    if args[0] == types().float.value() { Ok(f) } else { ops::call_positional(args[0], &[f]) }
}

fn format(args: &[Value]) -> R {
    let Some(spec) = args[1].downcast::<Str>() else {
        return Err(type_error(format!(
            "__format__() argument must be str, not {}",
            type_name(args[1])
        )));
    };
    if spec.len() == 0 {
        return ops::str(args[0]).map(Value::from);
    }
    crate::format::number::format_float(this(args), &spec).map(Value::from)
}

fn getformat(args: &[Value]) -> R {
    let Some(name) = args[1].downcast::<Str>() else {
        return Err(type_error(format!(
            "__getformat__() argument must be str, not {}",
            type_name(args[1])
        )));
    };
    match name.as_ascii() {
        Some("double" | "float") if cfg!(target_endian = "little") => {
            Ok(str::new("IEEE, little-endian").value())
        }
        Some("double" | "float") => Ok(str::new("IEEE, big-endian").value()),
        _ => Err(value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}

fn as_integer_ratio(args: &[Value]) -> R {
    let f = this(args);
    if f.is_nan() {
        return Err(value_error("cannot convert NaN to integer ratio"));
    }
    let Some((numerator, shift)) = ratio(f) else {
        return Err(overflow_error("cannot convert Infinity to integer ratio"));
    };
    let denominator = int::from_big(IBig::ONE << shift);
    Ok(Tuple::from_slice(&[int::from_big(numerator), denominator]).value())
}

/// `f` is numerator / 2^shift in lowest terms; None for what is not finite.
pub fn ratio(f: f64) -> Option<(IBig, usize)> {
    if f == f.trunc() || !f.is_finite() {
        return int_big::from_integral_f64(f).map(|integer| (integer, 0));
    }
    let bits = f.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let zeros = mantissa.trailing_zeros();
    let shift = 1075 - exponent.max(1) - zeros as i64;
    let numerator = (mantissa >> zeros) as i64;
    Some((IBig::from(if f < 0.0 { -numerator } else { numerator }), shift as usize))
}

// -- rounding -------------------------------------------------------------------------------------

fn round(args: &[Value]) -> R {
    let f = this(args);
    if ops::given(args[1]).is_none() {
        return int::from_f64(f.round_ties_even());
    }
    let ndigits = int::index_clamped(args[1])?;
    round_to(f, ndigits).map(Value::float)
}

/// `round(f, ndigits)`: correctly rounded, halves (exact ones) to even.
pub fn round_to(f: f64, ndigits: isize) -> R<f64> {
    // Beyond these bounds rounding keeps everything, or nothing.
    if !f.is_finite() || ndigits > 323 {
        return Ok(f);
    }
    if ndigits < -308 {
        return Ok(0.0 * f);
    }
    let rounded = if ndigits >= 0 {
        let text = crate::format::digits::fixed(f.abs(), ndigits as usize);
        text.parse().unwrap_or(f.abs())
    } else {
        let Some((numerator, shift)) = ratio(f.abs()) else { return Ok(f) };
        let unit = IBig::from(10).pow(ndigits.unsigned_abs());
        let (quotient, _) = int_big::divide_nearest(&numerator, &(&unit << shift));
        int_big::to_f64(&(quotient * unit))
            .ok_or_else(|| overflow_error("rounded value too large to represent"))?
    };
    if f64::is_infinite(rounded) {
        return Err(overflow_error("rounded value too large to represent"));
    }
    Ok(rounded.copysign(f))
}
