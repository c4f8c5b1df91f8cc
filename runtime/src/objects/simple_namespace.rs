//! types.SimpleNamespace.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method, raw_method};
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::instance::{self, Instance};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, types};

static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", |a| {
        let state = copied(a[0])?.value();
        Ok(Tuple::from_slice(&[class_of(a[0]).value(), Tuple::empty().value(), state]).value())
    }, "Return state information for pickling"),
    raw_method("__replace__", replace, "Return a copy of the namespace object with new values for the specified attributes."),
];

pub fn init() {
    let class = types().simple_namespace;
    class.doc.set("A simple attribute-based namespace.");
    class.slots.new.set(Some(|class: Gc<Class>, _| Ok(Instance::new(class).value())));
    class.slots.init.set(Some(init_namespace));
    class.slots.repr.set(Some(repr));
    class.slots.compare.set(Some(|a, b, op| {
        let class = types().simple_namespace;
        if !class_of(a).is_subclass(class) || !class_of(b).is_subclass(class) {
            return Ok(NOT_IMPLEMENTED);
        }
        crate::ops::compare(copied(a)?.value(), copied(b)?.value(), op)
    }));
    class.add_methods(&METHODS);
    crate::objects::class_new::add_dict_attribute(class);
}

fn copied(value: Value) -> R<Gc<Dict>> {
    match instance::snapshot(value) {
        Some(dict) => dict.copied(),
        None => Ok(Dict::new()),
    }
}
fn init_namespace(value: Value, args: Args<'_>) -> R<()> {
    let pos = args.pos();
    if pos.len() > 1 {
        return Err(type_error(format!("{} expected at most 1 argument, got {}", class_of(value).bare_name(), pos.len())));
    }
    if let Some(&source) = pos.first() {
        let dict = match source.downcast::<Dict>() {
            Some(dict) => dict,
            None => crate::ops::call_positional(types().dict.value(), &[source])?.cast::<Dict>(),
        };
        let mut at = 0;
        while let Some((next, key, found)) = dict.next_entry(at) {
            let Some(name) = key.downcast::<Str>() else { return Err(type_error("keywords must be strings")) };
            instance::set(value, name, found);
            at = next;
        }
    }
    for (name, found) in args.kw() {
        instance::set(value, name, found);
    }
    Ok(())
}
fn repr(value: Value) -> R {
    let class = class_of(value);
    let name = if class == types().simple_namespace { "namespace".to_string() } else { class.bare_name() };
    let Some(_guard) = crate::objects::support::ReprGuard::enter(value) else {
        return Ok(str::new(&format!("{name}(...)")).value());
    };
    let mut texts = Vec::new();
    let dict = copied(value)?;
    let mut at = 0;
    while let Some((next, key, found)) = dict.next_entry(at) {
        if let Some(key) = key.downcast::<Str>()
            && key.len() != 0
        {
            texts.push(format!("{}={}", key.to_string_lossy(), crate::ops::repr_string(found)?));
        }
        at = next;
    }
    Ok(str::new(&format!("{name}({})", texts.join(", "))).value())
}
fn replace(args: Args<'_>) -> R {
    let pos = args.pos();
    let Some(&this) = pos.first() else { return Err(type_error("__replace__() needs an argument")) };
    if pos.len() > 1 {
        return Err(type_error(format!("__replace__() takes no positional arguments ({} given)", pos.len() - 1)));
    }
    let new = crate::ops::call_positional(class_of(this).value(), &[])?;
    let dict = copied(this)?;
    let mut at = 0;
    while let Some((next, key, found)) = dict.next_entry(at) {
        if let Some(key) = key.downcast::<Str>() {
            instance::set(new, key, found);
        }
        at = next;
    }
    for (name, found) in args.kw() {
        instance::set(new, name, found);
    }
    Ok(new)
}

/// A namespace with these attributes.
pub fn of(attributes: &[(&str, Value)]) -> Value {
    let namespace = crate::objects::instance::Instance::new(types().simple_namespace).value();
    for (name, value) in attributes {
        crate::objects::instance::set(namespace, crate::vm::intern(name), *value);
    }
    namespace
}
