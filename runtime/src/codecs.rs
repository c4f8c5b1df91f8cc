//! Text to bytes and back. Not here: the module `_codecs`.

use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::bytes::{self};
use crate::objects::str::{self, Str};
use crate::objects::buffer;
use crate::value::Value;
use crate::vm::type_name;

/// `str(object, encoding, errors)`.
pub fn str_from_encoded(object: Value, encoding: Value, errors: Value) -> R<Gc<Str>> {
    if object.is::<Str>() {
        return Err(type_error("decoding str is not supported"));
    }
    let Some(view) = buffer::as_bytes(object)? else {
        return Err(type_error(format!("decoding to str: need a bytes-like object, {} found", type_name(object))));
    };
    let _ = (encoding, errors);
    match core::str::from_utf8(view.as_slice()) {
        Ok(text) => Ok(str::new(text)),
        Err(_) => Err(crate::error::not_implemented_error("codecs are not available yet")),
    }
}

/// `str.encode`.
pub fn encode_method(text: Gc<Str>, _encoding: Value, _errors: Value) -> R {
    match text.to_string_strict() {
        Some(utf8) => Ok(bytes::new(utf8.as_bytes()).value()),
        None => Err(crate::error::not_implemented_error("codecs are not available yet")),
    }
}
