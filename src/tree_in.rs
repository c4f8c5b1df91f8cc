//! The other way than `syntax_tree`: a tree of `ast` nodes becomes an image. Here the objects are read, as CPython reads them; the checks
//! of what the tree says, and compiling it, are `frontend`'s.

use crate::compile::{failure_of, options_of, warn};
use frontend::Mode;
use frontend::nodes::{Literal, Node, Part, TreeError};
use runtime::error::{R, Raised, type_error, value_error};
use runtime::hooks::CompileRequest;
use runtime::modules::_ast;
use runtime::modules::_ast::asdl::{Constructor, Definition, Field};
use runtime::objects::bytes::Bytes;
use runtime::objects::list::List;
use runtime::objects::set::Set;
use runtime::objects::str::Str;
use runtime::objects::tuple::Tuple;
use runtime::objects::{complex, float, int};
use runtime::ops;
use runtime::value::{ELLIPSIS, NONE, Value};
use runtime::vm::{class_of, intern, type_name, types};
use std::sync::OnceLock;

pub fn compile(root: Value, request: &CompileRequest<'_>) -> R<Vec<u8>> {
    let mode = match request.mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        _ => Mode::Single,
    };
    let Part::Node(node) = read(root, definition("mod"))? else {
        return Err(type_error("expected some sort of mod, but got None"));
    };
    let mut warnings = Vec::new();
    let compiled = frontend::compile_tree(&node, request.filename, mode, &options_of(request), &mut warnings);
    warn(request, &warnings)?;
    match compiled {
        Ok(code) => Ok(frontend::image::write(&code)),
        Err(TreeError::Type(message)) => Err(type_error(message)),
        Err(TreeError::Value(message)) => Err(value_error(message)),
        Err(TreeError::Syntax(error)) => Err(failure_of(&error)),
    }
}

fn definitions() -> &'static [Definition] {
    static DEFINITIONS: OnceLock<Vec<Definition>> = OnceLock::new();
    DEFINITIONS.get_or_init(_ast::asdl::definitions)
}
fn definition(name: &str) -> &'static Definition {
    let found = definitions().iter().find(|definition| definition.name == name);
    found.expect("the kinds of the grammar's fields are its own definitions")
}

/// A node of the sum or product; `Part::None` for None.
fn read(value: Value, definition: &'static Definition) -> R<Part> {
    if value.is_none() {
        return Ok(Part::None);
    }
    runtime::vm::check_native_stack(" during ast construction")?;
    let position = position(value, definition)?;
    let node = match &definition.product {
        Some(fields) => Node { kind: definition.name, fields: fields_of(value, definition.name, fields)?, position },
        None => {
            let constructor = constructor_of(value, definition)?;
            Node { kind: constructor.name, fields: fields_of(value, constructor.name, &constructor.fields)?, position }
        }
    };
    Ok(Part::Node(Box::new(node)))
}
fn constructor_of(value: Value, definition: &'static Definition) -> R<&'static Constructor> {
    for constructor in &definition.constructors {
        if ops::is_instance(value, _ast::class(constructor.name)?)? {
            return Ok(constructor);
        }
    }
    Err(type_error(format!("expected some sort of {}, but got {}", definition.name, ops::repr_string(value)?)))
}
/// What may be absent is where the node begins.
fn position(value: Value, definition: &Definition) -> R<[i64; 4]> {
    let mut position = [0; 4];
    for (index, attribute) in definition.attributes.iter().enumerate() {
        let name = attribute.trim_end_matches('?');
        let is_optional = name.len() < attribute.len();
        position[index] = match ops::getattr_opt(value, intern(name))? {
            Some(found) if !(is_optional && found.is_none()) => integer(found)?,
            None if !is_optional => return Err(missing(name, definition.name)),
            _ => position[index - 2],
        };
    }
    Ok(position)
}
fn missing(field: &str, owner: &str) -> Raised {
    type_error(format!("required field \"{field}\" missing from {owner}"))
}
fn integer(value: Value) -> R<i64> {
    if !int::is_any_int(value) {
        return Err(value_error(format!("invalid integer value: {}", ops::repr_string(value)?)));
    }
    let number = int::index_to_i64(value)?;
    match i32::try_from(number) {
        Ok(_) => Ok(number),
        Err(_) => Err(runtime::error::overflow_error("Python int too large to convert to C int")),
    }
}

fn fields_of(value: Value, owner: &'static str, fields: &'static [Field]) -> R<Vec<Part>> {
    let parts = fields.iter().map(|field| part(value, owner, field)).collect::<R<Vec<Part>>>()?;
    for (field, part) in fields.iter().zip(&parts) {
        if matches!(part, Part::None) && !field.is_optional() && !field.is_list() {
            return Err(value_error(format!("field '{}' is required for {owner}", field.name)));
        }
    }
    Ok(parts)
}
fn part(value: Value, owner: &str, field: &'static Field) -> R<Part> {
    let found = ops::getattr_opt(value, intern(field.name))?;
    if field.is_list() {
        return match found {
            None => Ok(Part::List(Vec::new())),
            Some(found) => list(found, owner, field),
        };
    }
    match found {
        Some(found) if field.is_optional() && found.is_none() => Ok(Part::None),
        Some(found) => single(found, field),
        None if field.is_optional() => Ok(Part::None),
        None => Err(missing(field.name, owner)),
    }
}
fn list(found: Value, owner: &str, field: &'static Field) -> R<Part> {
    let Some(list) = found.downcast::<List>() else {
        let message = format!("{owner} field \"{}\" must be a list, not a {}", field.name, type_name(found));
        return Err(type_error(message));
    };
    let length = list.len();
    let mut parts = Vec::new();
    for index in 0..length {
        let item = list.get(index).unwrap_or(NONE);
        parts.push(single(item, field)?);
        if list.len() != length {
            let message = format!("{owner} field \"{}\" changed size during iteration", field.name);
            return Err(runtime::error::runtime_error(message));
        }
    }
    Ok(Part::List(parts))
}
fn single(value: Value, field: &'static Field) -> R<Part> {
    match field.kind {
        "identifier" => identifier(value),
        "string" if value.is_none() || value.is::<Str>() || value.is::<Bytes>() => Ok(Part::None),
        "string" => Err(type_error("AST string must be of type str")),
        "int" => integer(value).map(Part::Int),
        "constant" => literal(value).map(Part::Literal),
        kind => read(value, definition(kind)),
    }
}
fn identifier(value: Value) -> R<Part> {
    if value.is_none() {
        return Ok(Part::None);
    }
    let name = value.downcast::<Str>().filter(|_| class_of(value) == types().str_);
    let Some(name) = name else {
        return Err(type_error("AST identifier must be of type str"));
    };
    match name.to_string_strict() {
        Some(name) => Ok(Part::Name(name)),
        None => Err(value_error("an identifier with lone surrogates is not supported")),
    }
}

/// None of subclasses.
fn literal(value: Value) -> R<Literal> {
    runtime::vm::check_native_stack(" during compilation")?;
    let (class, t) = (class_of(value), types());
    if value.is_none() {
        return Ok(Literal::None);
    }
    if value == ELLIPSIS {
        return Ok(Literal::Ellipsis);
    }
    if class == t.bool_ {
        return Ok(Literal::Bool(ops::truth(value)?));
    }
    if class == t.int {
        return Ok(Literal::Int(runtime::objects::int_text::unlimited_decimal(value)?));
    }
    if class == t.float
        && let Some(float) = float::view(value)
    {
        return Ok(Literal::Float(float));
    }
    if class == t.complex
        && let Some(z) = complex::view(value)
    {
        return Ok(Literal::Complex { real: z.re, imag: z.im });
    }
    if let Some(text) = value.downcast::<Str>().filter(|_| class == t.str_) {
        return Ok(Literal::Str(text.to_utf8_with_surrogates()));
    }
    if let Some(bytes) = value.downcast::<Bytes>().filter(|_| class == t.bytes) {
        return Ok(Literal::Bytes(bytes.as_slice().to_vec()));
    }
    if let Some(tuple) = value.downcast::<Tuple>().filter(|_| class == t.tuple) {
        return tuple.items().iter().map(|item| literal(*item)).collect::<R<_>>().map(Literal::Tuple);
    }
    if value.is::<Set>() && class == t.frozenset {
        let items = ops::collect(value)?;
        return items.items().iter().map(|item| literal(*item)).collect::<R<_>>().map(Literal::Frozenset);
    }
    Err(type_error(format!("got an invalid type in Constant: {}", type_name(value))))
}
