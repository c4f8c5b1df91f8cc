//! int: the constructor, methods and attributes. Not here: operators (`int.rs`), text
//! (`int_text.rs`).

use crate::args::Args;
use crate::error::{R, overflow_error, type_error, value_error};
use crate::heap;
use crate::object::Gc;
use crate::objects::builtin::{
    NativeAttribute, NativeFunction, class_method, getset, method, new_header,
};
use crate::objects::bytearray::ByteArray;
use crate::objects::bytes::{self, Bytes};
use crate::objects::class::Class;
use crate::objects::int::{self, Int, IntObject, view};
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::{bool, buffer, int_big, int_text};
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, names, type_name, types};
use dashu_int::{IBig, UBig};

pub fn init() {
    let class = types().int;
    class.doc.set(
        "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no arguments\n\
         are given.",
    );
    class.slots.new.set(Some(new));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

static METHODS: [NativeFunction; 14] = [
    method("conjugate", "($self, /)", conjugate, "Returns self, the complex conjugate of any int."),
    method(
        "bit_length",
        "($self, /)",
        bit_length,
        "Number of bits necessary to represent self in binary.",
    ),
    method(
        "bit_count",
        "($self, /)",
        bit_count,
        "Number of ones in the binary representation of the absolute value of self.",
    ),
    method(
        "to_bytes",
        "($self, /, length=1, byteorder='big', *, signed=False)",
        to_bytes,
        "Return an array of bytes representing an integer.",
    ),
    class_method(
        "from_bytes",
        "($type, /, bytes, byteorder='big', *, signed=False)",
        from_bytes,
        "Return the integer represented by the given array of bytes.",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is equal to the original int.",
    ),
    method(
        "is_integer",
        "($self, /)",
        is_integer,
        "Returns True. Exists for duck type compatibility with float.is_integer.",
    ),
    method("__trunc__", "($self, /)", conjugate, "Truncating an Integral returns itself."),
    method("__floor__", "($self, /)", conjugate, "Flooring an Integral returns itself."),
    method("__ceil__", "($self, /)", conjugate, "Ceiling of an Integral returns itself."),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round,
        "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Convert to a string according to format_spec.",
    ),
    method("__sizeof__", "($self, /)", sizeof, "Returns size in memory, in bytes."),
];

static ATTRIBUTES: [NativeAttribute; 4] = [
    getset("real", |this| Ok(int::exact(this)), None, "the real part of a complex number"),
    getset("imag", |_| Ok(Value::small_int(0)), None, "the imaginary part of a complex number"),
    getset(
        "numerator",
        |this| Ok(int::exact(this)),
        None,
        "the numerator of a rational number in lowest terms",
    ),
    getset(
        "denominator",
        |_| Ok(Value::small_int(1)),
        None,
        "the denominator of a rational number in lowest terms",
    ),
];

// -- the constructor ---------------------------------------------------------------------------

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let (x, base) = constructor_arguments(class, args)?;
    let number = match (x, base) {
        (None, None) => Value::small_int(0),
        (None, Some(_)) => return Err(type_error("int() missing string argument")),
        (Some(x), None) => to_int(x)?,
        (Some(x), Some(base)) => with_base(x, base)?,
    };
    if class == types().int { Ok(int::exact(number)) } else { Ok(subclass_instance(class, number)) }
}

fn constructor_arguments(class: Gc<Class>, args: Args<'_>) -> R<(Option<Value>, Option<Value>)> {
    let given = args.all().len();
    if given > 2 {
        return Err(type_error(if class == types().int && args.kw_len() == 0 {
            format!("int expected at most 2 arguments, got {given}")
        } else {
            format!("int() takes at most 2 arguments ({given} given)")
        }));
    }
    let mut base = args.pos().get(1).copied();
    for (name, value) in args.kw() {
        if !name.eq_str("base") {
            return Err(type_error(format!(
                "int() got an unexpected keyword argument '{}'",
                name.to_string_lossy()
            )));
        }
        if base.is_some() {
            return Err(type_error("argument for int() given by name ('base') and position (2)"));
        }
        base = Some(value);
    }
    Ok((args.pos().first().copied(), base))
}

fn subclass_instance(class: Gc<Class>, number: Value) -> Value {
    let big = int::to_big(number).map_or(IBig::ZERO, |big| big.into_owned());
    heap::alloc_instance(class, IntObject { header: new_header(), big }).value()
}

/// `int(x)`.
pub fn to_int(x: Value) -> R {
    if x.is_int() {
        return Ok(x);
    }
    let class = class_of(x);
    if let Some(slot) = class.slots.int.get() {
        return checked_int(slot(x)?, "__int__");
    }
    if class.slots.index.get().is_some() {
        return ops::index(x);
    }
    if let Some(text) = x.downcast::<Str>() {
        return parse_or_error(&int_text::to_ascii_number(&text), 10, x);
    }
    if let Some(bytes) = bytes_of(x)? {
        return bytes_or_error(bytes, 10);
    }
    Err(type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        class.name()
    )))
}

fn checked_int(result: Value, slot: &str) -> R {
    if int::is_exact(result) {
        return Ok(result);
    }
    if !int::is_any_int(result) {
        return Err(type_error(format!("{slot} returned non-int (type {})", type_name(result))));
    }
    crate::warn::deprecated(&format!(
        "{slot} returned non-int (type {}).  The ability to return an instance of a strict subclass of int is deprecated, and may be \
         removed in a future version of Python.",
        type_name(result)
    ))?;
    Ok(int::exact(result))
}

fn with_base(x: Value, base: Value) -> R {
    let base = match ops::index_isize(base)? {
        Some(base) if base == 0 || (2..=36).contains(&base) => base as u32,
        _ => return Err(value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    if let Some(text) = x.downcast::<Str>() {
        return parse_or_error(&int_text::to_ascii_number(&text), base, x);
    }
    if x.is::<Bytes>() || x.is::<ByteArray>() {
        let Some(bytes) = bytes_of(x)? else {
            return Err(type_error("int() can't convert non-string with explicit base"));
        };
        return bytes_or_error(bytes, base);
    }
    Err(type_error("int() can't convert non-string with explicit base"))
}

fn parse_or_error(text: &[u8], base: u32, source: Value) -> R {
    int_text::parse(text, base)?.ok_or_else(|| int_text::invalid_literal(source, base))
}
fn bytes_or_error(bytes: Gc<Bytes>, base: u32) -> R {
    if !int_text::is_plain(bytes.as_slice()) {
        return Err(int_text::invalid_literal(bytes.value(), base));
    }
    parse_or_error(bytes.as_slice(), base, bytes.value())
}

/// The contents of a bytes-like object; None for anything else.
pub fn bytes_of(value: Value) -> R<Option<Gc<Bytes>>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(Some(bytes));
    }
    match buffer::as_bytes(value)? {
        Some(view) => bytes::try_new(view.as_slice()).map(Some),
        None => Ok(None),
    }
}

// -- methods -------------------------------------------------------------------------------------

fn conjugate(args: &[Value]) -> R {
    Ok(int::exact(args[0]))
}

fn number(value: Value) -> R<Int> {
    view(value).ok_or_else(|| type_error(format!("an int is required, not '{}'", type_name(value))))
}

fn bit_length(args: &[Value]) -> R {
    Ok(int::from_usize(number(args[0])?.bit_length()))
}

fn bit_count(args: &[Value]) -> R {
    Ok(int::from_usize(match number(args[0])? {
        Int::Small(i) => i.unsigned_abs().count_ones() as usize,
        Int::Big(big) => big.as_sign_words().1.iter().map(|word| word.count_ones() as usize).sum(),
    }))
}

fn as_integer_ratio(args: &[Value]) -> R {
    Ok(Tuple::from_slice(&[int::exact(args[0]), Value::small_int(1)]).value())
}

fn is_integer(_: &[Value]) -> R {
    Ok(Value::bool(true))
}

fn getnewargs(args: &[Value]) -> R {
    Ok(Tuple::from_slice(&[int::exact(args[0])]).value())
}

fn format(args: &[Value]) -> R {
    let Some(spec) = args[1].downcast::<Str>() else {
        return Err(type_error(format!(
            "__format__() argument must be str, not {}",
            type_name(args[1])
        )));
    };
    crate::format::number::format_int(args[0], &spec).map(Value::from)
}

/// As CPython counts: a header of 24 bytes, and 4 for every 30 bits.
fn sizeof(args: &[Value]) -> R {
    let digits = number(args[0])?.bit_length().div_ceil(30).max(1);
    Ok(int::from_usize(24 + 4 * digits))
}

/// To a power of ten when `ndigits` is negative, halves to even.
fn round(args: &[Value]) -> R {
    let exact = int::exact(args[0]);
    if args[1].is_null() {
        return Ok(exact);
    }
    let ndigits = ops::index(args[1])?;
    match number(ndigits)? {
        Int::Small(n) if n < 0 => round_to_ten_power(exact, n.unsigned_abs()),
        i if i.is_negative() => Ok(Value::small_int(0)),
        _ => Ok(exact),
    }
}

fn round_to_ten_power(exact: Value, zeros: u64) -> R {
    let big = number(exact)?.big();
    // 10 ** zeros is more than twice the number: it rounds to 0.
    if zeros as u128 * 3 > int::magnitude_bits(&big) as u128 + 2 {
        return Ok(Value::small_int(0));
    }
    let unit = IBig::from(10).pow(zeros as usize);
    let (_, remainder) = int_big::divide_nearest(&big, &unit);
    Ok(int::from_big(big.as_ref() - remainder))
}

// -- bytes ---------------------------------------------------------------------------------------

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

fn byte_order(value: Value, function: &str) -> R<ByteOrder> {
    let Some(name) = value.option() else { return Ok(ByteOrder::Big) };
    let Some(name) = name.downcast::<Str>() else {
        return Err(type_error(format!(
            "{function}() argument 'byteorder' must be str, not {}",
            type_name(name)
        )));
    };
    match name.as_ascii() {
        Some("little") => Ok(ByteOrder::Little),
        Some("big") => Ok(ByteOrder::Big),
        _ => Err(value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn is_signed(value: Value) -> R<bool> {
    value.option().map_or(Ok(false), ops::truth)
}

fn to_bytes(args: &[Value]) -> R {
    let length = args[1].option().map_or(Ok(1), int::index_to_isize)?;
    let order = byte_order(args[2], "to_bytes")?;
    let signed = is_signed(args[3])?;
    let Ok(length) = usize::try_from(length) else {
        return Err(value_error("length argument must be non-negative"));
    };
    let number = number(args[0])?;
    if number.is_negative() && !signed {
        return Err(overflow_error("can't convert negative int to unsigned"));
    }
    let mut fits = true;
    let result = bytes::fill(length, |buffer| {
        buffer.fill(if number.is_negative() { 0xff } else { 0 });
        fits = write_little(number, buffer, signed);
        if order == ByteOrder::Big {
            buffer.reverse();
        }
    })?;
    if fits { Ok(result.value()) } else { Err(overflow_error("int too big to convert")) }
}

/// Two's complement in `buffer`, which is filled with the sign; false when it does not fit.
pub fn write_little(number: Int, buffer: &mut [u8], signed: bool) -> bool {
    let negative = number.is_negative();
    let words = match number {
        Int::Small(i) => vec![i as u64],
        Int::Big(big) if negative => (!big).as_sign_words().1.iter().map(|word| !word).collect(),
        Int::Big(big) => big.as_sign_words().1.to_vec(),
    };
    let fill = if negative { 0xff } else { 0 };
    let digits = words.iter().flat_map(|word| word.to_le_bytes());
    for (i, byte) in digits.enumerate() {
        match buffer.get_mut(i) {
            Some(place) => *place = byte,
            None if byte != fill => return false,
            None => {}
        }
    }
    let top_bit = buffer.last().map_or(negative as u8, |byte| byte >> 7);
    // An empty buffer holds only 0.
    if buffer.is_empty() { !negative } else { !signed || top_bit == negative as u8 }
}

/// The number that `bytes` (lowest first) stand for.
pub fn read_little(bytes: &[u8], signed: bool) -> Value {
    let negative = signed && bytes.last().is_some_and(|byte| byte >> 7 != 0);
    if bytes.len() <= 8 {
        let mut word = [if negative { 0xff } else { 0 }; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        return if signed {
            Value::int(i64::from_le_bytes(word))
        } else {
            int::from_u64(u64::from_le_bytes(word))
        };
    }
    let magnitude = IBig::from(UBig::from_le_bytes(bytes));
    int::from_big(if negative { magnitude - (IBig::ONE << (bytes.len() * 8)) } else { magnitude })
}

fn from_bytes(args: &[Value]) -> R {
    let order = byte_order(args[2], "from_bytes")?;
    let signed = is_signed(args[3])?;
    let source = object_bytes(args[1])?;
    let number = match order {
        ByteOrder::Little => read_little(source.as_slice(), signed),
        ByteOrder::Big => {
            let reversed: Vec<u8> = source.as_slice().iter().rev().copied().collect();
            read_little(&reversed, signed)
        }
    };
    if args[0] == types().int.value() {
        Ok(number)
    } else {
        ops::call_positional(args[0], &[number])
    }
}

/// `PyObject_Bytes` of what is no int: by `__bytes__`, the buffer, or the items.
fn object_bytes(value: Value) -> R<Gc<Bytes>> {
    if let Some(bytes) = value.downcast::<Bytes>() {
        return Ok(bytes);
    }
    if let Some(result) = ops::call_special(value, names().__bytes__, &[])? {
        return result.downcast::<Bytes>().ok_or_else(|| {
            type_error(format!("__bytes__ returned non-bytes (type {})", type_name(result)))
        });
    }
    if let Some(bytes) = bytes_of(value)? {
        return Ok(bytes);
    }
    let iterable =
        class_of(value).slots.iter.get().is_some() || class_of(value).slots.getitem.get().is_some();
    if value.is::<Str>() || !iterable {
        return Err(type_error(format!("cannot convert '{}' object to bytes", type_name(value))));
    }
    let mut collected = Vec::new();
    ops::for_each(value, |item| {
        let byte = ops::index_isize(item)?.and_then(|i| u8::try_from(i).ok());
        collected.push(byte.ok_or_else(|| value_error("bytes must be in range(0, 256)"))?);
        Ok(())
    })?;
    Ok(bytes::new(&collected))
}
