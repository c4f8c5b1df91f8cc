//! Text to bytes and back: `str.encode`, `bytes.decode`, and what files and streams need. Not here:
//! the module `_codecs`.
//!
//! The codecs that CPython writes in C are native (`utf8.rs`, `wide.rs`, `escape.rs`,
//! `charmap.rs`); others are found through the registry (`registry.rs`), which asks the package
//! `encodings`.

pub mod charmap;
pub mod errors;
pub mod escape;
pub mod registry;
pub mod utf7;
pub mod utf8;
pub mod wide;

use crate::error::{R, Raised, lookup_error, type_error, value_error};
use crate::object::Gc;
use crate::objects::buffer;
use crate::objects::bytes::{self, Bytes};
use crate::objects::str::{self, Chars, Str};
use crate::objects::str_methods::shown_type;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::{intern, type_name};
use errors::Errors;

/// Byte order of UTF-16 and UTF-32.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The machine's, announced by a mark.
    Marked,
    Little,
    Big,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    Utf8,
    Utf16(Order),
    Utf32(Order),
    Ascii,
    Latin1,
    UnicodeEscape,
    RawUnicodeEscape,
}

/// What a decoder made of its input.
pub struct Decoded {
    pub text: Gc<Str>,
    /// Bytes used; fewer than given when the end is incomplete and more may come.
    pub consumed: usize,
    /// The order that a mark gave.
    pub order: Order,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// More input may come: an incomplete sequence at the end is left.
    Open,
    Final,
}

impl Codec {
    /// By a name in any spelling; None for codecs that the registry knows.
    pub fn named(name: &str) -> Option<Codec> {
        let lower = normalize(name);
        Some(match lower.as_str() {
            "utf_8" | "utf8" | "u8" | "cp65001" => Codec::Utf8,
            "ascii" | "us_ascii" | "646" => Codec::Ascii,
            "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" | "l1" => Codec::Latin1,
            "utf_16" | "utf16" | "u16" => Codec::Utf16(Order::Marked),
            "utf_16_le" => Codec::Utf16(Order::Little),
            "utf_16_be" => Codec::Utf16(Order::Big),
            "utf_32" | "utf32" | "u32" => Codec::Utf32(Order::Marked),
            "utf_32_le" => Codec::Utf32(Order::Little),
            "utf_32_be" => Codec::Utf32(Order::Big),
            "unicode_escape" => Codec::UnicodeEscape,
            "raw_unicode_escape" => Codec::RawUnicodeEscape,
            _ => return None,
        })
    }
    pub fn encode(self, text: Gc<Str>, errors: &Errors) -> R<Vec<u8>> {
        match self {
            Codec::Utf8 => utf8::encode(text, errors),
            Codec::Ascii => charmap::encode_range(text, errors, charmap::ASCII),
            Codec::Latin1 => charmap::encode_range(text, errors, charmap::LATIN1),
            Codec::Utf16(order) => wide::encode16(text, errors, order),
            Codec::Utf32(order) => wide::encode32(text, errors, order),
            Codec::UnicodeEscape => Ok(escape::encode_unicode(text)),
            Codec::RawUnicodeEscape => Ok(escape::encode_raw(text)),
        }
    }
    pub fn decode(self, input: &[u8], errors: &Errors, end: End) -> R<Decoded> {
        match self {
            Codec::Utf8 => utf8::decode(input, errors, end),
            Codec::Ascii => charmap::decode_ascii(input, errors),
            Codec::Latin1 => {
                let text = if input.len() <= 1 {
                    str::from_latin1(input)
                } else {
                    str::fill_narrow(input.len(), |to| to.copy_from_slice(input))?
                };
                Ok(Decoded { text, consumed: input.len(), order: Order::Marked })
            }
            Codec::Utf16(order) => wide::decode16(input, errors, order, end),
            Codec::Utf32(order) => wide::decode32(input, errors, order, end),
            Codec::UnicodeEscape => escape::decode_unicode(input, errors, end),
            Codec::RawUnicodeEscape => escape::decode_raw(input, errors, end),
        }
    }
}

/// Lower case; runs of anything else than letters, digits and dots become one underscore.
pub fn normalize(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    let mut is_gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if is_gap && !result.is_empty() {
                result.push('_');
            }
            is_gap = false;
            result.push(c.to_ascii_lowercase());
        } else {
            is_gap = true;
        }
    }
    result
}

// -- from Rust --------------------------------------------------------------------------

/// `text.encode(encoding, errors)`; `errors` is NULL or a str.
pub fn encode(text: Gc<Str>, encoding: &str, errors: Value) -> R<Gc<Bytes>> {
    let Some(codec) = Codec::named(encoding) else {
        return encode_by_registry(text, encoding, errors);
    };
    if let (true, Chars::Narrow(narrow)) = (text.is_ascii(), text.chars())
        && matches!(codec, Codec::Utf8 | Codec::Ascii | Codec::Latin1)
    {
        return bytes::try_new(narrow);
    }
    bytes::try_new(&codec.encode(text, &Errors::new(errors))?)
}

/// `bytes.decode(encoding, errors)`; `errors` is NULL or a str.
pub fn decode(input: &[u8], encoding: &str, errors: Value) -> R<Gc<Str>> {
    match Codec::named(encoding) {
        Some(codec) => Ok(codec.decode(input, &Errors::new(errors), End::Final)?.text),
        None => decode_by_registry(bytes::new(input).value(), encoding, errors),
    }
}

/// UTF-8 with surrogateescape: the file system's encoding.
pub fn decode_file_system(input: &[u8]) -> R<Gc<Str>> {
    decode(input, "utf-8", intern("surrogateescape").value())
}
pub fn encode_file_system(text: Gc<Str>) -> R<Vec<u8>> {
    Codec::Utf8.encode(text, &Errors::new(intern("surrogateescape").value()))
}

fn encode_by_registry(text: Gc<Str>, encoding: &str, errors: Value) -> R<Gc<Bytes>> {
    let info = registry::lookup_text(encoding, "codecs.encode()")?;
    let result = call_codec(info.at(0), text.value(), errors, "encoder")?;
    if result.is::<crate::objects::bytearray::ByteArray>() {
        return buffer::with_bytes(result, bytes::try_new);
    }
    result
        .downcast::<Bytes>()
        .ok_or_else(|| wrong_result(encoding, result, "encoder", "bytes", "encode"))
}

fn decode_by_registry(input: Value, encoding: &str, errors: Value) -> R<Gc<Str>> {
    let info = registry::lookup_text(encoding, "codecs.decode()")?;
    let result = call_codec(info.at(1), input, errors, "decoder")?;
    result
        .downcast::<Str>()
        .ok_or_else(|| wrong_result(encoding, result, "decoder", "str", "decode"))
}

fn wrong_result(encoding: &str, result: Value, what: &str, wanted: &str, function: &str) -> Raised {
    type_error(format!(
        "'{encoding}' {what} returned '{}' instead of '{wanted}'; \
         use codecs.{function}() to {function} to arbitrary types",
        type_name(result)
    ))
}

/// Calls an encoder or decoder of the registry and takes the first item of its result.
pub fn call_codec(function: Value, input: Value, errors: Value, what: &str) -> R {
    let result = match errors.option() {
        Some(errors) => ops::call_positional(function, &[input, errors])?,
        None => ops::call_positional(function, &[input])?,
    };
    match result.downcast::<Tuple>() {
        Some(pair) if pair.len() == 2 => Ok(pair.at(0)),
        _ => Err(type_error(format!("{what} must return a tuple (object, integer)"))),
    }
}

pub fn unknown_encoding(name: &str) -> Raised {
    lookup_error(format!("unknown encoding: {name}"))
}

// -- from methods -------------------------------------------------------------------------

/// An encoding's or error handler's name as CPython takes it: a str without NUL.
fn name_argument(value: Value, function: &str, argument: &str) -> R<Option<Gc<Str>>> {
    let Some(value) = value.option() else { return Ok(None) };
    let Some(name) = value.downcast::<Str>() else {
        return Err(type_error(format!(
            "{function}() argument '{argument}' must be str, not {}",
            shown_type(value)
        )));
    };
    if name.iter().any(|c| c == 0) {
        return Err(value_error("embedded null character"));
    }
    Ok(Some(name))
}

/// (encoding, errors) with UTF-8 as the default.
pub fn names(encoding: Value, errors: Value, function: &str) -> R<(String, Value)> {
    let encoding = name_argument(encoding, function, "encoding")?;
    let errors = name_argument(errors, function, "errors")?;
    let encoding = encoding.map_or_else(|| "utf-8".to_string(), |name| name.to_string_lossy());
    Ok((encoding, errors.map_or(NULL, Gc::value)))
}

/// `str.encode`.
pub fn encode_method(text: Gc<Str>, encoding: Value, errors: Value) -> R {
    let (encoding, errors) = names(encoding, errors, "encode")?;
    encode(text, &encoding, errors).map(Gc::value)
}

/// `bytes.decode`, `bytearray.decode`.
pub fn decode_method(input: Value, encoding: Value, errors: Value) -> R {
    let (encoding, errors) = names(encoding, errors, "decode")?;
    let view = buffer::view(input)?;
    match Codec::named(&encoding) {
        Some(codec) => {
            Ok(codec.decode(view.as_slice(), &Errors::new(errors), End::Final)?.text.value())
        }
        None => decode_by_registry(input, &encoding, errors).map(Gc::value),
    }
}

/// `str(object, encoding, errors)`.
pub fn str_from_encoded(object: Value, encoding: Value, errors: Value) -> R<Gc<Str>> {
    let (encoding, errors) = names(encoding, errors, "str")?;
    if object.is::<Str>() {
        return Err(type_error("decoding str is not supported"));
    }
    let Some(view) = buffer::as_bytes(object)? else {
        let found = type_name(object);
        return Err(type_error(format!(
            "decoding to str: need a bytes-like object, {found} found"
        )));
    };
    decode(view.as_slice(), &encoding, errors)
}
