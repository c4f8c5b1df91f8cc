//! complex: text, the constructor, methods and attributes. Not here: arithmetic (`complex.rs`).

use crate::args::Args;
use crate::error::{R, Raised, type_error, value_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, member, method};
use crate::objects::class::Class;
use crate::objects::complex::{self, C, c, view};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::objects::{bool, float, float_text, int_text};
use crate::ops;
use crate::value::Value;
use crate::vm::{class_of, names, type_name, types};

pub fn init() {
    let class = types().complex;
    class.doc.set(
        "Create a complex number from a string or numbers.\n\n\
         If a string is given, parse it as a complex number.\n\
         If a single number is given, convert it to a complex number.\n\
         If the 'real' or 'imag' arguments are given, create a complex number\n\
         with the specified real and imaginary components.",
    );
    class.slots.new.set(Some(new));
    class.slots.repr.set(Some(repr));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
}

static METHODS: [NativeFunction; 5] = [
    class_method(
        "from_number",
        "($type, number, /)",
        from_number,
        "Convert number to a complex floating-point number.",
    ),
    method(
        "conjugate",
        "($self, /)",
        conjugate,
        "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
    ),
    method(
        "__complex__",
        "($self, /)",
        |args| Ok(complex::exact(args[0])),
        "Convert this value to exact type complex.",
    ),
    method("__getnewargs__", "($self, /)", getnewargs, ""),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Convert to a string according to format_spec.",
    ),
];

static ATTRIBUTES: [NativeAttribute; 2] = [
    member(
        "real",
        |this| Ok(Value::float(number(this).re)),
        None,
        "the real part of a complex number",
    ),
    member(
        "imag",
        |this| Ok(Value::float(number(this).im)),
        None,
        "the imaginary part of a complex number",
    ),
];

/// The number of `self`, which the descriptor has checked.
fn number(value: Value) -> C {
    view(value).unwrap_or(c(0.0, 0.0))
}

fn conjugate(args: &[Value]) -> R {
    let z = number(args[0]);
    Ok(complex::new(c(z.re, -z.im)))
}

fn getnewargs(args: &[Value]) -> R {
    let z = number(args[0]);
    Ok(Tuple::from_slice(&[Value::float(z.re), Value::float(z.im)]).value())
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
    let z = number(args[0]);
    crate::format::number::format_complex(z.re, z.im, &spec).map(Value::from)
}

// -- text -----------------------------------------------------------------------------------------

fn repr(value: Value) -> R {
    Ok(str::new(&repr_of(number(value))).value())
}

pub fn repr_of(z: C) -> String {
    let part = |f: f64| float_text::repr_of(f).trim_end_matches(".0").to_string();
    if z.re == 0.0 && z.re.is_sign_positive() {
        return format!("{}j", part(z.im));
    }
    let imag = part(z.im);
    let plus = if imag.starts_with('-') { "" } else { "+" };
    format!("({}{plus}{imag}j)", part(z.re))
}

/// `complex(text)`; None for a malformed one.
pub fn parse(text: &[u8]) -> Option<C> {
    let mut text = int_text::trim(text);
    if let [b'(', inner @ .., b')'] = text {
        text = int_text::trim(inner);
    }
    let plain = without_underscores(text)?;
    let (first, rest) = float_prefix(&plain);
    let Some(first) = first else { return unit_imaginary(rest) };
    match rest {
        [] => Some(c(first, 0.0)),
        [b'j' | b'J'] => Some(c(0.0, first)),
        [b'+' | b'-', ..] => {
            let (second, rest) = float_prefix(rest);
            match (second, rest) {
                (Some(second), [b'j' | b'J']) => Some(c(first, second)),
                (None, rest) => unit_imaginary(rest).map(|z| c(first, z.im)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `j`, `+j` or `-j`.
fn unit_imaginary(text: &[u8]) -> Option<C> {
    match text {
        [b'j' | b'J'] | [b'+', b'j' | b'J'] => Some(c(0.0, 1.0)),
        [b'-', b'j' | b'J'] => Some(c(0.0, -1.0)),
        _ => None,
    }
}

fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let digit_at = |i: Option<usize>| i.and_then(|i| text.get(i)).is_some_and(u8::is_ascii_digit);
    let well_placed = |i: usize| digit_at(i.checked_sub(1)) && digit_at(Some(i + 1));
    let fine = text.iter().enumerate().all(|(i, &c)| c != b'_' || well_placed(i));
    fine.then(|| text.iter().copied().filter(|&c| c != b'_').collect())
}

/// The longest float at the start, and what follows it.
fn float_prefix(text: &[u8]) -> (Option<f64>, &[u8]) {
    let sign = matches!(text.first(), Some(b'+' | b'-')) as usize;
    let lower = text[sign..].to_ascii_lowercase();
    let word = [&b"infinity"[..], b"inf", b"nan"].into_iter().find(|word| lower.starts_with(word));
    let digits_from = |from: usize| text[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    let end = match word {
        Some(word) => sign + word.len(),
        None => {
            let whole = digits_from(sign);
            let mut end = sign + whole;
            let mut fraction = 0;
            if text.get(end) == Some(&b'.') {
                fraction = digits_from(end + 1);
                end += 1 + fraction;
            }
            if whole + fraction == 0 {
                return (None, text);
            }
            if matches!(text.get(end), Some(b'e' | b'E')) {
                let signed = matches!(text.get(end + 1), Some(b'+' | b'-')) as usize;
                let digits =
                    text.get(end + 1 + signed..).map_or(0, |_| digits_from(end + 1 + signed));
                if digits != 0 {
                    end += 1 + signed + digits;
                }
            }
            end
        }
    };
    (float_text::parse_plain(&text[..end]), &text[end..])
}

// -- the constructor ------------------------------------------------------------------------------

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let (real, imag) = constructor_arguments(args)?;
    if let (Some(real), None) = (real, imag)
        && args.kw_len() == 0
    {
        return from_one(class, real);
    }
    let absent = (c(0.0, 0.0), false);
    let (real, real_is_complex) = real.map_or(Ok(absent), |real| component(real, "real"))?;
    let (imag, imag_is_complex) = match imag {
        None if real_is_complex => return Ok(complex::new_of(class, real)),
        None => absent,
        Some(imag) => component(imag, "imag")?,
    };
    // Only what is there is added, so that a negative zero keeps its sign.
    let re = if imag_is_complex { real.re - imag.im } else { real.re };
    let im = if real_is_complex { imag.re + real.im } else { imag.re };
    Ok(complex::new_of(class, c(re, im)))
}

fn constructor_arguments(args: Args<'_>) -> R<(Option<Value>, Option<Value>)> {
    let given = args.all().len();
    if given > 2 {
        return Err(type_error(format!("complex() takes at most 2 arguments ({given} given)")));
    }
    let mut slots = [args.pos().first().copied(), args.pos().get(1).copied()];
    for (name, value) in args.kw() {
        let Some(i) = ["real", "imag"].iter().position(|known| name.eq_str(known)) else {
            return Err(type_error(format!(
                "complex() got an unexpected keyword argument '{}'",
                name.to_string_lossy()
            )));
        };
        if slots[i].replace(value).is_some() {
            return Err(type_error(format!(
                "argument for complex() given by name ('{}') and position ({})",
                name.to_string_lossy(),
                i + 1
            )));
        }
    }
    Ok((slots[0], slots[1]))
}

/// `complex(x)`.
fn from_one(class: Gc<Class>, x: Value) -> R {
    if class == types().complex && class_of(x) == class {
        return Ok(x);
    }
    if let Some(text) = x.downcast::<Str>() {
        let ascii = int_text::to_ascii_number(&text);
        let Some(z) = parse(&ascii) else { return Err(malformed(x, &ascii)) };
        return Ok(complex::new_of(class, z));
    }
    let z = match as_complex(x)? {
        Some(z) => z,
        None => {
            return Err(type_error(format!(
                "complex() argument must be a string or a number, not {}",
                type_name(x)
            )));
        }
    };
    Ok(complex::new_of(class, z))
}

fn malformed(source: Value, text: &[u8]) -> Raised {
    if without_underscores(text).is_some() {
        return value_error("complex() arg is a malformed string");
    }
    match ops::repr_string(source) {
        Ok(repr) => value_error(format!("could not convert string to complex: {repr}")),
        Err(raised) => raised,
    }
}

/// By the value itself, `__complex__`, `__float__` or `__index__`; None when there is none of them.
pub fn as_complex(x: Value) -> R<Option<C>> {
    if class_of(x) == types().complex {
        return Ok(view(x));
    }
    if let Some(z) = by_special_method(x)? {
        return Ok(Some(z));
    }
    if let Some(z) = view(x) {
        return Ok(Some(z));
    }
    if let Some(f) = float::view(x) {
        return Ok(Some(c(f, 0.0)));
    }
    Ok(float::convert(x)?.map(|f| c(f, 0.0)))
}

/// As `PyComplex_AsCComplex`.
pub fn to_complex(x: Value) -> R<C> {
    match as_complex(x)? {
        Some(z) => Ok(z),
        None => Err(type_error(format!("must be real number, not {}", type_name(x)))),
    }
}

fn by_special_method(x: Value) -> R<Option<C>> {
    let Some(result) = ops::call_special(x, names().__complex__, &[])? else { return Ok(None) };
    let Some(z) = view(result) else {
        return Err(type_error(format!(
            "__complex__ returned non-complex (type {})",
            type_name(result)
        )));
    };
    if class_of(result) != types().complex {
        crate::warn::deprecated(&format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of complex is \
             deprecated, and may be removed in a future version of Python.",
            type_name(result)
        ))?;
    }
    Ok(Some(z))
}

/// One of two arguments: a real number (a complex one is deprecated), and whether it is complex.
fn component(x: Value, which: &str) -> R<(C, bool)> {
    let wrong = || {
        let name = type_name(x);
        type_error(format!("complex() argument '{which}' must be a real number, not {name}"))
    };
    if x.is::<Str>() {
        return Err(wrong());
    }
    let special = if which == "real" && view(x).is_none() { by_special_method(x)? } else { None };
    if let Some(z) = view(x).or(special) {
        crate::warn::deprecated(&format!(
            "complex() argument '{which}' must be a real number, not {}",
            type_name(x)
        ))?;
        return Ok((z, true));
    }
    match float::view(x) {
        Some(f) => Ok((c(f, 0.0), false)),
        None => Ok((c(float::convert(x)?.ok_or_else(wrong)?, 0.0), false)),
    }
}

fn from_number(args: &[Value]) -> R {
    let complex_class = types().complex.value();
    if args[0] == complex_class && class_of(args[1]) == types().complex {
        return Ok(args[1]);
    }
    let z = complex::new(to_complex(args[1])?);
    if args[0] == complex_class { Ok(z) } else { ops::call_positional(args[0], &[z]) }
}
