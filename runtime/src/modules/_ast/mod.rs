//! `_ast`: the classes of Python's abstract syntax, made from the grammar in `asdl.rs`. Not here: reading sources.

pub mod asdl;
pub mod tree;

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::{Gc, Kind};
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::dict::Dict;
use crate::objects::generic_alias;
use crate::objects::instance::{self, Instance};
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native_class;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, names, type_name, types};
use core::cell::OnceCell;

thread_local! {
    /// `AST` and `expr_context`'s `Load`, which the constructor asks for.
    static BASE: OnceCell<Gc<Class>> = const { OnceCell::new() };
    static MADE: OnceCell<Gc<Dict>> = const { OnceCell::new() };
}

pub fn init(module: Gc<Module>) -> R<()> {
    let base = base_class();
    super::add(module, "AST", base.value());
    let made = made_classes()?;
    let mut at = 0;
    while let Some((next, name, class)) = made.next_entry(at) {
        module.dict.get().set(name, class)?;
        at = next;
    }
    let flags = [("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000), ("PyCF_ONLY_AST", 0x400), ("PyCF_OPTIMIZED_AST", 0x8400), ("PyCF_TYPE_COMMENTS", 0x1000)];
    for (name, bits) in flags {
        super::add(module, name, Value::int(bits));
    }
    Ok(())
}

/// The classes by name, made once.
fn made_classes() -> R<Gc<Dict>> {
    if let Some(made) = MADE.with(|made| made.get().copied()) {
        return Ok(made);
    }
    let made = make_classes(base_class())?;
    crate::vm::keep(made.value());
    Ok(MADE.with(|cell| *cell.get_or_init(|| made)))
}
/// A class of the module.
pub fn class(name: &str) -> R {
    made_classes()?.get_text(name).ok_or_else(|| crate::error::system_error(format!("ast.{name} is missing")))
}
/// What `compile()` takes besides source: a node.
pub fn is_node(value: Value) -> bool {
    class_of(value).is_subclass(base_class())
}

static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", reduce, ""),
    raw_method("__replace__", replace, "Return a copy of the AST node with new values for the specified fields."),
];
static ATTRIBUTES: [NativeAttribute; 1] = [getset("__dict__", |v| Ok(instance::dict(v).value()), Some(set_dict), "")];
fn set_dict(value: Value, to: Option<Value>) -> R<()> {
    match to.and_then(|to| to.downcast::<Dict>()) {
        Some(dict) => {
            instance::set_dict(value, dict);
            Ok(())
        }
        None => Err(type_error("__dict__ must be set to a dictionary")),
    }
}

fn base_class() -> Gc<Class> {
    BASE.with(|base| {
        *base.get_or_init(|| {
            native_class::with_base("ast", "AST", types().object, Kind::Instance, flags::BASETYPE | flags::HAS_DICT, |class| {
                class.slots.new.set(Some(|class, _| Ok(Instance::new(class).value())));
                class.slots.init.set(Some(init_node));
                class.slots.repr.set(Some(|value| Ok(str::new(&text(value, 3)?).value())));
                class.add_methods(&METHODS);
                class.add_attributes(&ATTRIBUTES);
                for name in ["_fields", "_attributes", "__match_args__"] {
                    class.define(name, Tuple::empty().value());
                }
            })
        })
    })
}

// -- the classes -----------------------------------------------------------------------

/// A class for each sum, constructor and product of the grammar, by name.
fn make_classes(base: Gc<Class>) -> R<Gc<Dict>> {
    let made = Dict::new();
    // The types of fields may come later: the classes first, then `_field_types`.
    for definition in asdl::definitions() {
        let whole = definition.text();
        let sum = make_class(
            made,
            definition.name,
            base,
            definition.product.as_deref().unwrap_or(&[]),
            Some(definition.attributes),
            &whole,
        )?;
        for constructor in &definition.constructors {
            make_class(made, constructor.name, sum, &constructor.fields, None, &constructor.text())?;
        }
    }
    for definition in asdl::definitions() {
        let product = definition.product.map(|fields| (definition.name, fields));
        let all = product.into_iter().chain(definition.constructors.into_iter().map(|c| (c.name, c.fields)));
        for (name, fields) in all {
            set_field_types(made, name, &fields)?;
        }
    }
    Ok(made)
}
fn make_class(made: Gc<Dict>, name: &str, base: Gc<Class>, fields: &[asdl::Field], attributes: Option<&[&str]>, doc: &str) -> R<Gc<Class>> {
    let namespace = Dict::new();
    let field_names: Vec<Value> = fields.iter().map(|field| intern(field.name).value()).collect();
    let field_names = Tuple::from_slice(&field_names).value();
    namespace.set_str(intern("_fields"), field_names);
    namespace.set_str(names().__match_args__, field_names);
    namespace.set_str(names().__module__, intern("ast").value());
    namespace.set_str(names().__doc__, str::new(doc).value());
    for field in fields.iter().filter(|field| field.is_optional()) {
        namespace.set_str(intern(field.name), NONE);
    }
    if let Some(attributes) = attributes {
        let bare: Vec<Value> = attributes.iter().map(|name| intern(name.trim_end_matches('?')).value()).collect();
        namespace.set_str(intern("_attributes"), Tuple::from_slice(&bare).value());
        for name in attributes.iter().filter_map(|name| name.strip_suffix('?')) {
            namespace.set_str(intern(name), NONE);
        }
    }
    let args = [intern(name).value(), Tuple::from_slice(&[base.value()]).value(), namespace.value()];
    let class = ops::call_positional(types().type_.value(), &args)?;
    made.set_str(intern(name), class);
    class.downcast::<Class>().ok_or_else(|| type_error("a class is expected"))
}
fn set_field_types(made: Gc<Dict>, name: &str, fields: &[asdl::Field]) -> R<()> {
    let field_types = Dict::new();
    for field in fields {
        let plain = match field.kind {
            "identifier" | "string" => types().str_.value(),
            "int" => types().int.value(),
            "constant" => types().object.value(),
            other => made.get_text(other).unwrap_or(NONE),
        };
        let whole = if field.is_list() {
            generic_alias::new(types().list.value(), plain)?
        } else if field.is_optional() {
            crate::objects::union::of(&[plain, NONE])?
        } else {
            plain
        };
        field_types.set_str(intern(field.name), whole);
    }
    match made.get_text(name) {
        Some(class) => ops::setattr(class, intern("_field_types"), field_types.value()),
        None => Ok(()),
    }
}

// -- nodes -----------------------------------------------------------------------------

fn names_of(value: Value, what: &str) -> R<Gc<List>> {
    match ops::getattr_opt(class_of(value).value(), intern(what))? {
        Some(names) => ops::collect(names),
        None => Ok(List::new()),
    }
}
fn shown_name(value: Value) -> String {
    let class = class_of(value);
    if class.has_flag(flags::HEAP) { class.name() } else { format!("ast.{}", class.name()) }
}
fn attribute(value: Value) -> R<Gc<Str>> {
    value.downcast::<Str>().ok_or_else(|| type_error("AST fields must be strings"))
}

/// Positional arguments and keywords are fields; fields that are not given get their defaults.
fn init_node(value: Value, args: Args<'_>) -> R<()> {
    let fields = names_of(value, "_fields")?;
    let pos = args.pos();
    let name = type_name(value);
    if pos.len() > fields.len() {
        let (n, plural) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
        return Err(type_error(format!("{name} constructor takes at most {n} positional argument{plural}")));
    }
    let given = Dict::new();
    for (i, &arg) in pos.iter().enumerate() {
        let field = attribute(fields.get(i).unwrap_or(NONE))?;
        ops::setattr(value, field, arg)?;
        given.set_str(field, NONE);
    }
    let attributes = names_of(value, "_attributes")?;
    for (keyword, arg) in args.kw() {
        if given.get_str(keyword).is_some() {
            return Err(type_error(format!("{name} got multiple values for argument '{}'", keyword.to_string_lossy())));
        }
        let is_field = ops::contains(fields.value(), keyword.value())?;
        if is_field {
            given.set_str(keyword, NONE);
        } else if !ops::contains(attributes.value(), keyword.value())? {
            crate::warn::deprecated(&format!(
                "{}.__init__ got an unexpected keyword argument '{}'. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15.",
                shown_name(value),
                keyword.to_string_lossy()
            ))?;
        }
        ops::setattr(value, keyword, arg)?;
    }
    if given.len() == fields.len() {
        return Ok(());
    }
    let field_types = ops::getattr_opt(class_of(value).value(), intern("_field_types"))?.and_then(|found| found.downcast::<Dict>());
    for i in 0..fields.len() {
        let field = attribute(fields.get(i).unwrap_or(NONE))?;
        if given.get_str(field).is_none() {
            set_default(value, field, field_types.and_then(|found| found.get_str(field)))?;
        }
    }
    Ok(())
}
fn set_default(value: Value, field: Gc<Str>, kind: Option<Value>) -> R<()> {
    let (name, text) = (shown_name(value), field.to_string_lossy());
    let Some(kind) = kind else {
        return crate::warn::deprecated(&format!("Field '{text}' is missing from {name}._field_types. This will become an error in Python 3.15."));
    };
    if crate::objects::union::members(kind).is_some() {
        return Ok(());
    }
    if class_of(kind) == types().generic_alias {
        return ops::setattr(value, field, List::new().value());
    }
    let made = MADE.with(|made| made.get().copied());
    if let Some(made) = made
        && made.get_text("expr_context") == Some(kind)
        && let Some(load) = made.get_text("Load")
    {
        return ops::setattr(value, field, ops::call_positional(load, &[])?);
    }
    crate::warn::deprecated(&format!(
        "{name}.__init__ missing 1 required positional argument: '{text}'. This will become an error in Python 3.15."
    ))
}

fn reduce(args: &[Value]) -> R {
    let value = args[0];
    let state = instance::dict(value);
    // As many positional None as there are fields set in a row: the state then gives them their values.
    let placeholders = List::new();
    let fields = names_of(value, "_fields")?;
    for i in 0..fields.len() {
        match fields.get(i).and_then(|field| field.downcast::<Str>()) {
            Some(field) if state.get_str(field).is_some() => placeholders.push(NONE)?,
            _ => break,
        }
    }
    let placeholders = Tuple::from_slice(placeholders.items()).value();
    Ok(Tuple::from_slice(&[class_of(value).value(), placeholders, state.value()]).value())
}
fn replace(args: Args<'_>) -> R {
    let (value, rest) = crate::objects::support::split_self(args, "__replace__")?;
    if !rest.pos().is_empty() {
        return Err(type_error(format!("__replace__() takes exactly 0 positional arguments ({} given)", rest.pos().len())));
    }
    let (fields, attributes) = (names_of(value, "_fields")?, names_of(value, "_attributes")?);
    let state = instance::dict(value).copied()?;
    for (name, to) in rest.kw() {
        let known = ops::contains(fields.value(), name.value())?
            || ops::contains(attributes.value(), name.value())?
            || state.get_str(name).is_some();
        if !known {
            let class = type_name(value);
            return Err(type_error(format!("{class}.__replace__ got an unexpected keyword argument '{}'.", name.to_string_lossy())));
        }
        state.set_str(name, to);
    }
    let new = Instance::new(class_of(value)).value();
    let mut at = 0;
    while let Some((next, key, found)) = state.next_entry(at) {
        ops::setattr(new, attribute(key)?, found)?;
        at = next;
    }
    Ok(new)
}

/// `Name(id='a', ctx=Load())`, with nodes deeper than `depth` and the middle of long lists left out.
fn text(value: Value, depth: usize) -> R<String> {
    let class = class_of(value);
    let name = if class.has_flag(flags::HEAP) { class.name() } else { "ast.AST".to_string() };
    let fields = names_of(value, "_fields")?;
    if depth == 0 {
        return Ok(format!("{name}(...)"));
    }
    let mut parts = Vec::new();
    for i in 0..fields.len() {
        let field = attribute(fields.get(i).unwrap_or(NONE))?;
        let held = ops::getattr(value, field)?;
        let shown = match (held.downcast::<List>(), held.downcast::<Tuple>()) {
            (Some(list), _) => format!("[{}]", items_text(Tuple::from_slice(list.items()), depth)?),
            (_, Some(tuple)) => format!("({})", items_text(tuple, depth)?),
            _ => item_text(held, depth)?,
        };
        parts.push(format!("{}={shown}", field.to_string_lossy()));
    }
    Ok(format!("{name}({})", parts.join(", ")))
}
fn item_text(value: Value, depth: usize) -> R<String> {
    if is_node(value) { text(value, depth - 1) } else { ops::repr_string(value) }
}
fn items_text(items: Gc<Tuple>, depth: usize) -> R<String> {
    let mut shown = Vec::new();
    for (i, &item) in items.items().iter().enumerate() {
        if i == 0 || i + 1 == items.len() {
            shown.push(item_text(item, depth)?);
        } else if i == 1 {
            shown.push("...".to_string());
        }
    }
    Ok(shown.join(", "))
}
