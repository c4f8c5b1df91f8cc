//! `_codecs`: what `Lib/codecs.py` and the package `encodings` are written on. Not here: the codecs
//! (`crate::codecs`).

use crate::codecs::errors::{Errors, Handler, call_handler};
use crate::codecs::{Codec, End, Order, call_codec, charmap, escape, registry, utf7};
use crate::error::{R, lookup_error, overflow_error, type_error};
use crate::modules::add_functions;
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::builtin::{Builtin, NativeFunction, function};
use crate::objects::bytes;
use crate::objects::module::Module;
use crate::objects::str::Str;
use crate::objects::str_methods::{shown_type, str_argument};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, TRUE, Value};
use crate::vm::type_name;

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &REGISTRY);
    add_functions(module, &CODECS);
    Ok(())
}

static REGISTRY: [NativeFunction; 8] = [
    function(
        "register",
        "(search_function, /)",
        |args| registry::register(args[0]).map(|()| NONE),
        "Register a codec search function.",
    ),
    function(
        "unregister",
        "(search_function, /)",
        |args| registry::unregister(args[0]).map(|()| NONE),
        "Unregister a codec search function and clear the registry's cache.",
    ),
    function(
        "lookup",
        "(encoding, /)",
        lookup,
        "Looks up a codec tuple in the Python codec registry.",
    ),
    function(
        "encode",
        "(obj, encoding='utf-8', errors='strict')",
        encode,
        "Encodes obj using the codec registered for encoding.",
    ),
    function(
        "decode",
        "(obj, encoding='utf-8', errors='strict')",
        decode,
        "Decodes obj using the codec registered for encoding.",
    ),
    function(
        "register_error",
        "(errors, handler, /)",
        register_error,
        "Register the specified error handler under the name errors.",
    ),
    function(
        "_unregister_error",
        "(errors, /)",
        unregister_error,
        "Un-register the specified error handler.",
    ),
    function(
        "lookup_error",
        "(name, /)",
        lookup_error_handler,
        "Return the error handler for the specified name.",
    ),
];

static CODECS: [NativeFunction; 32] = [
    function("escape_encode", "(data, errors=None, /)", escape_encode, ""),
    function("escape_decode", "(data, errors=None, /)", escape_decode, ""),
    function(
        "utf_8_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "utf_8_encode", Codec::Utf8),
        "",
    ),
    function(
        "utf_8_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf8, false),
        "",
    ),
    function("utf_7_encode", "(str, errors=None, /)", utf_7_encode, ""),
    function("utf_7_decode", "(data, errors=None, final=False, /)", utf_7_decode, ""),
    function(
        "utf_16_encode",
        "(str, errors=None, byteorder=0, /)",
        |args| encoded(args, "utf_16_encode", Codec::Utf16(order(args[2])?)),
        "",
    ),
    function(
        "utf_16_le_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "utf_16_le_encode", Codec::Utf16(Order::Little)),
        "",
    ),
    function(
        "utf_16_be_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "utf_16_be_encode", Codec::Utf16(Order::Big)),
        "",
    ),
    function(
        "utf_16_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf16(Order::Marked), false),
        "",
    ),
    function(
        "utf_16_le_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf16(Order::Little), false),
        "",
    ),
    function(
        "utf_16_be_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf16(Order::Big), false),
        "",
    ),
    function(
        "utf_16_ex_decode",
        "(data, errors=None, byteorder=0, final=False, /)",
        |args| ex_decoded(args, Codec::Utf16),
        "",
    ),
    function(
        "utf_32_encode",
        "(str, errors=None, byteorder=0, /)",
        |args| encoded(args, "utf_32_encode", Codec::Utf32(order(args[2])?)),
        "",
    ),
    function(
        "utf_32_le_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "utf_32_le_encode", Codec::Utf32(Order::Little)),
        "",
    ),
    function(
        "utf_32_be_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "utf_32_be_encode", Codec::Utf32(Order::Big)),
        "",
    ),
    function(
        "utf_32_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf32(Order::Marked), false),
        "",
    ),
    function(
        "utf_32_le_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf32(Order::Little), false),
        "",
    ),
    function(
        "utf_32_be_decode",
        "(data, errors=None, final=False, /)",
        |args| decoded(args, Codec::Utf32(Order::Big), false),
        "",
    ),
    function(
        "utf_32_ex_decode",
        "(data, errors=None, byteorder=0, final=False, /)",
        |args| ex_decoded(args, Codec::Utf32),
        "",
    ),
    function(
        "unicode_escape_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "unicode_escape_encode", Codec::UnicodeEscape),
        "",
    ),
    function(
        "unicode_escape_decode",
        "(data, errors=None, final=True, /)",
        |args| decoded(args, Codec::UnicodeEscape, true),
        "",
    ),
    function(
        "raw_unicode_escape_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "raw_unicode_escape_encode", Codec::RawUnicodeEscape),
        "",
    ),
    function(
        "raw_unicode_escape_decode",
        "(data, errors=None, final=True, /)",
        |args| decoded(args, Codec::RawUnicodeEscape, true),
        "",
    ),
    function(
        "latin_1_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "latin_1_encode", Codec::Latin1),
        "",
    ),
    function(
        "latin_1_decode",
        "(data, errors=None, /)",
        |args| decoded(&[args[0], args[1], TRUE], Codec::Latin1, true),
        "",
    ),
    function(
        "ascii_encode",
        "(str, errors=None, /)",
        |args| encoded(args, "ascii_encode", Codec::Ascii),
        "",
    ),
    function(
        "ascii_decode",
        "(data, errors=None, /)",
        |args| decoded(&[args[0], args[1], TRUE], Codec::Ascii, true),
        "",
    ),
    function("charmap_encode", "(str, errors=None, mapping=None, /)", charmap_encode, ""),
    function("charmap_decode", "(data, errors=None, mapping=None, /)", charmap_decode, ""),
    function("charmap_build", "(map, /)", charmap_build, ""),
    function("readbuffer_encode", "(data, errors=None, /)", readbuffer_encode, ""),
];

// -- the registry ----------------------------------------------------------------------------

fn lookup(args: &[Value]) -> R {
    let name = str_argument(args[0], "lookup", "")?;
    registry::lookup(&name.to_string_lossy()).map(Gc::value)
}

fn names(args: &[Value], function: &str) -> R<(String, Value)> {
    crate::codecs::names(args[1], args[2], function)
}

fn encode(args: &[Value]) -> R {
    let (encoding, errors) = names(args, "encode")?;
    call_codec(registry::lookup(&encoding)?.at(0), args[0], errors, "encoder")
}
fn decode(args: &[Value]) -> R {
    let (encoding, errors) = names(args, "decode")?;
    call_codec(registry::lookup(&encoding)?.at(1), args[0], errors, "decoder")
}

fn register_error(args: &[Value]) -> R {
    let name = str_argument(args[0], "register_error", " 1")?;
    registry::register_error(name, args[1]).map(|()| NONE)
}
fn unregister_error(args: &[Value]) -> R {
    let name = str_argument(args[0], "_unregister_error", "")?;
    if Handler::named(&name).is_some() {
        let text = name.to_string_lossy();
        return Err(crate::error::value_error(format!(
            "cannot un-register built-in error handler '{text}'"
        )));
    }
    registry::unregister_error(name).map(Value::bool)
}
fn lookup_error_handler(args: &[Value]) -> R {
    let name = str_argument(args[0], "lookup_error", "")?;
    if let Some(found) = registry::registered_error(name) {
        return Ok(found);
    }
    let own = HANDLERS.iter().find(|handler| name.eq_str(handler.doc)).ok_or_else(|| {
        lookup_error(format!("unknown error handler name '{}'", name.to_string_lossy()))
    })?;
    let handler = Builtin::new(own, NULL, false, NULL).value();
    // Kept, so that the next lookup answers the same object.
    registry::register_error(name, handler)?;
    Ok(handler)
}

/// The doc names the handler.
static HANDLERS: [NativeFunction; 8] = [
    function(
        "strict_errors",
        "(exception, /)",
        |args| call_handler(Handler::Strict, args[0]),
        "strict",
    ),
    function(
        "ignore_errors",
        "(exception, /)",
        |args| call_handler(Handler::Ignore, args[0]),
        "ignore",
    ),
    function(
        "replace_errors",
        "(exception, /)",
        |args| call_handler(Handler::Replace, args[0]),
        "replace",
    ),
    function(
        "xmlcharrefreplace_errors",
        "(exception, /)",
        |args| call_handler(Handler::XmlCharRefReplace, args[0]),
        "xmlcharrefreplace",
    ),
    function(
        "backslashreplace_errors",
        "(exception, /)",
        |args| call_handler(Handler::BackslashReplace, args[0]),
        "backslashreplace",
    ),
    function(
        "namereplace_errors",
        "(exception, /)",
        |args| call_handler(Handler::NameReplace, args[0]),
        "namereplace",
    ),
    function(
        "surrogatepass",
        "(exception, /)",
        |args| call_handler(Handler::SurrogatePass, args[0]),
        "surrogatepass",
    ),
    function(
        "surrogateescape",
        "(exception, /)",
        |args| call_handler(Handler::SurrogateEscape, args[0]),
        "surrogateescape",
    ),
];

// -- the codecs --------------------------------------------------------------------------------

fn pair(result: Value, used: usize) -> R {
    Ok(Tuple::from_slice(&[result, Value::int(used as i64)]).value())
}

/// An `errors` argument: str, None or not given.
fn errors(value: Value, function: &str) -> R<Errors> {
    match ops::given(value) {
        None => Ok(Errors::strict()),
        Some(name) if name.is::<Str>() => Ok(Errors::new(name)),
        Some(other) => {
            let found = type_name(other);
            Err(type_error(format!("{function}() argument 2 must be str or None, not {found}")))
        }
    }
}

fn order(value: Value) -> R<Order> {
    let number = match value.option() {
        None => 0,
        Some(value) => ops::index_isize(value)?
            .ok_or_else(|| overflow_error("Python int too large to convert to C int"))?,
    };
    Ok(match number {
        0 => Order::Marked,
        ..0 => Order::Little,
        _ => Order::Big,
    })
}

fn encoded(args: &[Value], function: &str, codec: Codec) -> R {
    let text = str_argument(args[0], function, " 1")?;
    let errors = errors(args[1], function)?;
    let result = bytes::try_new(&codec.encode(text, &errors)?)?;
    pair(result.value(), text.len())
}

/// Bytes, or (for the escape codecs) a str that stands for its UTF-8.
fn with_input<T>(value: Value, takes_str: bool, decode: impl FnOnce(&[u8]) -> R<T>) -> R<T> {
    match value.downcast::<Str>() {
        Some(text) if takes_str => decode(&text.to_utf8_with_surrogates()),
        _ => buffer::with_bytes(value, decode),
    }
}

fn end(value: Value, default: End) -> R<End> {
    match value.option() {
        None => Ok(default),
        Some(value) => Ok(if ops::truth(value)? { End::Final } else { End::Open }),
    }
}

fn decoded(args: &[Value], codec: Codec, is_final: bool) -> R {
    let errors = errors(args[1], "decode")?;
    let end = end(args[2], if is_final { End::Final } else { End::Open })?;
    let takes_str = matches!(codec, Codec::UnicodeEscape | Codec::RawUnicodeEscape);
    let result = with_input(args[0], takes_str, |input| codec.decode(input, &errors, end))?;
    pair(result.text.value(), result.consumed)
}

fn ex_decoded(args: &[Value], codec: fn(Order) -> Codec) -> R {
    let errors = errors(args[1], "decode")?;
    let given = order(args[2])?;
    let end = end(args[3], End::Open)?;
    let result = with_input(args[0], false, |input| codec(given).decode(input, &errors, end))?;
    let order = match result.order {
        Order::Marked => 0,
        Order::Little => -1,
        Order::Big => 1,
    };
    let used = Value::int(result.consumed as i64);
    Ok(Tuple::from_slice(&[result.text.value(), used, Value::int(order)]).value())
}

fn utf_7_encode(args: &[Value]) -> R {
    let text = str_argument(args[0], "utf_7_encode", " 1")?;
    pair(bytes::try_new(&utf7::encode(text))?.value(), text.len())
}
fn utf_7_decode(args: &[Value]) -> R {
    let errors = errors(args[1], "utf_7_decode")?;
    let end = end(args[2], End::Open)?;
    let result = with_input(args[0], false, |input| utf7::decode(input, &errors, end))?;
    pair(result.text.value(), result.consumed)
}

fn escape_encode(args: &[Value]) -> R {
    let Some(input) = args[0].downcast::<bytes::Bytes>() else {
        let found = shown_type(args[0]);
        return Err(type_error(format!("escape_encode() argument 1 must be bytes, not {found}")));
    };
    pair(bytes::try_new(&escape::encode_bytes(input.as_slice()))?.value(), input.len())
}
fn escape_decode(args: &[Value]) -> R {
    let errors = ops::given(args[1]).map_or_else(|| Ok("strict".to_string()), ops::str_string)?;
    with_input(args[0], true, |input| {
        pair(bytes::try_new(&escape::decode_bytes(input, &errors)?)?.value(), input.len())
    })
}

fn charmap_encode(args: &[Value]) -> R {
    let Some(mapping) = ops::given(args[2]) else {
        return encoded(args, "charmap_encode", Codec::Latin1);
    };
    let text = str_argument(args[0], "charmap_encode", " 1")?;
    let errors = errors(args[1], "charmap_encode")?;
    let result = bytes::try_new(&charmap::encode(text, &errors, mapping)?)?;
    pair(result.value(), text.len())
}
fn charmap_decode(args: &[Value]) -> R {
    let Some(mapping) = ops::given(args[2]) else {
        return decoded(&[args[0], args[1], TRUE], Codec::Latin1, true);
    };
    let errors = errors(args[1], "charmap_decode")?;
    with_input(args[0], false, |input| {
        pair(charmap::decode(input, &errors, mapping)?.value(), input.len())
    })
}
fn charmap_build(args: &[Value]) -> R {
    charmap::build(str_argument(args[0], "charmap_build", "")?).map(Gc::value)
}

fn readbuffer_encode(args: &[Value]) -> R {
    with_input(args[0], true, |input| pair(bytes::try_new(input)?.value(), input.len()))
}
