//! t-strings (PEP 750): BUILD_INTERPOLATION and BUILD_TEMPLATE. The types are native objects of `string.templatelib`.

use crate::error::R;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, names};

fn class(name: &str) -> R {
    ops::getattr(crate::import::import_module("_templatelib")?, intern(name))
}

/// Value, text of the expression, and the format spec when there is one; `conversion` as in CONVERT_VALUE.
pub fn interpolation(values: &[Value], conversion: u32) -> R {
    let [value, text, ..] = *values else { return Err(crate::error::system_error("an interpolation has a value and a text")) };
    let conversion = match conversion {
        1 => crate::objects::str::new("s").value(),
        2 => crate::objects::str::new("r").value(),
        3 => crate::objects::str::new("a").value(),
        _ => NONE,
    };
    let spec = values.get(2).copied().unwrap_or(names().empty.value());
    ops::call_positional(class("Interpolation")?, &[value, text, conversion, spec])
}

/// From the tuples of strings and interpolations, which alternate.
pub fn template(strings: Value, interpolations: Value) -> R {
    ops::call_positional(ops::getattr(class("Template")?, intern("_from_parts"))?, &[strings, interpolations])
}
