//! `_string`: the parser of `str.format` for `string.Formatter`.

use crate::error::{R, type_error};
use crate::format::template::{Access, FieldName, First, Parser, Span};
use crate::modules::add_functions;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, function};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{FALSE, NONE, TRUE, Value};
use crate::vm::type_name;

pub fn init(module: Gc<Module>) -> R<()> {
    add_functions(module, &FUNCTIONS);
    Ok(())
}

static FUNCTIONS: [NativeFunction; 2] = [
    function(
        "formatter_parser",
        "(object, /)",
        formatter_parser,
        "parse the argument as a format string",
    ),
    function(
        "formatter_field_name_split",
        "(object, /)",
        field_name_split,
        "split the argument as a field name",
    ),
];

fn text_argument(value: Value) -> R<Gc<Str>> {
    value
        .downcast::<Str>()
        .ok_or_else(|| type_error(format!("expected str, got {}", type_name(value))))
}

/// Items `(literal, field name, spec, conversion)`. All at once: an error is raised at the call,
/// not at the item.
fn formatter_parser(args: &[Value]) -> R {
    let text = text_argument(args[0])?;
    let mut parser = Parser::new(text);
    let list = List::new();
    while let Some(piece) = parser.next()? {
        let literal = piece.literal.of(text).value();
        let item = match piece.field {
            None => [literal, NONE, NONE, NONE],
            Some(field) => {
                let conversion = if field.conversion == 0 {
                    NONE
                } else {
                    str::from_char(field.conversion).value()
                };
                [literal, field.name.of(text).value(), field.spec.of(text).value(), conversion]
            }
        };
        list.push(Tuple::from_slice(&item).value())?;
    }
    ops::iter(list.value())
}

/// `(first, iterator of (is attribute, key))`.
fn field_name_split(args: &[Value]) -> R {
    let text = text_argument(args[0])?;
    let mut name = FieldName::new(text, Span { start: 0, end: text.len() });
    let first = match name.first()? {
        First::Empty => str::empty().value(),
        First::Index(index) => Value::int(index as i64),
        First::Name(name) => name.value(),
    };
    let rest = List::new();
    while let Some(access) = name.next()? {
        let (is_attribute, key) = match access {
            Access::Attribute(name) => (TRUE, name.value()),
            Access::Item(key) => (FALSE, key),
        };
        rest.push(Tuple::from_slice(&[is_attribute, key]).value())?;
    }
    Ok(Tuple::from_slice(&[first, ops::iter(rest.value())?]).value())
}
