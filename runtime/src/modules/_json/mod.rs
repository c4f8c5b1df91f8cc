//! `_json`: the scanner and the encoder behind `json`.

mod encoder;
mod scanner;
mod text;

use crate::args::Args;
use crate::error::{R, Raised, runtime_error, type_error};
use crate::modules::{add, add_functions};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function, raw_function};
use crate::objects::exception::Exception;
use crate::objects::int;
use crate::objects::module::Module;
use crate::objects::str::{Str, StrBuilder};
use crate::objects::support::{check_count, ssize, tuple};
use crate::ops;
use crate::value::Value;
use crate::vm::{intern, type_name};

pub(super) static FUNCTIONS: [NativeFunction; 3] = [
    function("encode_basestring_ascii", "($self, object, /)", |a| encode(a[0], true), "Return an ASCII-only JSON representation of a Python string"),
    function("encode_basestring", "($self, object, /)", |a| encode(a[0], false), "Return a JSON representation of a Python string"),
    raw_function("scanstring", scanstring, "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string."),
];

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    add(module, "make_scanner", scanner::class().value());
    add(module, "make_encoder", encoder::class().value());
    Ok(())
}

fn text_of(value: Value) -> R<Gc<Str>> {
    value.downcast::<Str>().ok_or_else(|| type_error(format!("first argument must be a string, not {}", type_name(value))))
}
fn encode(value: Value, is_ascii: bool) -> R {
    let mut out = StrBuilder::new();
    text::write(text_of(value)?, is_ascii, &mut out);
    out.finish_value()
}
fn scanstring(args: Args<'_>) -> R {
    let given = args.no_keywords("scanstring")?;
    check_count(given.len(), "scanstring", 2, 3)?;
    let source = text_of(given[0])?;
    let end = ssize(given[1])?;
    let strict = given.get(2).map_or(Ok(true), |strict| ops::truth(*strict))?;
    let Some(start) = usize::try_from(end).ok().filter(|start| *start <= source.len()) else {
        return Err(crate::error::value_error("end is out of bounds"));
    };
    let (text, end) = text::scan(source, start, strict)?;
    Ok(tuple(&[text.value(), int::from_usize(end)]))
}

/// A `json.JSONDecodeError`.
#[cold]
fn decode_error(message: &str, source: Gc<Str>, at: usize) -> Raised {
    let make = || {
        let decoder = crate::import::import_module("json.decoder")?;
        let class = ops::getattr(decoder, intern("JSONDecodeError"))?;
        ops::call_positional(class, &[intern(message).value(), source.value(), int::from_usize(at)])
    };
    match make() {
        Ok(exception) => match exception.downcast::<Exception>() {
            Some(exception) => Raised(exception),
            None => runtime_error(message),
        },
        Err(raised) => raised,
    }
}
