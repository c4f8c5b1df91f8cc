//! t-strings (PEP 750): BUILD_INTERPOLATION and BUILD_TEMPLATE. The types are in
//! `objects/template.rs`.

use crate::error::{R, system_error};
use crate::objects::template as types;
use crate::objects::tuple::Tuple;
use crate::value::{NULL, Value};
use crate::vm::intern;

/// Value, text of the expression, and the format spec when there is one; `conversion` as in
/// CONVERT_VALUE.
pub fn interpolation(values: &[Value], conversion: u32) -> R {
    let [value, text, ..] = *values else {
        return Err(system_error("an interpolation has a value and a text"));
    };
    let conversion = match conversion {
        1 => intern("s").value(),
        2 => intern("r").value(),
        3 => intern("a").value(),
        _ => NULL,
    };
    let spec = values.get(2).copied().unwrap_or(NULL);
    Ok(types::interpolation(value, text, conversion, spec))
}

/// From the tuples of strings and interpolations, which alternate.
pub fn template(strings: Value, interpolations: Value) -> R {
    match (strings.downcast::<Tuple>(), interpolations.downcast::<Tuple>()) {
        (Some(strings), Some(interpolations)) => Ok(types::template(strings, interpolations)),
        _ => Err(system_error("a template is made of two tuples")),
    }
}
