//! The descriptor of a namedtuple's field.

use crate::args::Args;
use crate::error::{R, attribute_error, index_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, member, method};
use crate::objects::class::Class;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::support::{Text, of, positional, ssize, store, tuple};
use crate::objects::tuple::Tuple;
use crate::traced;
use crate::value::{NONE, Value};
use crate::vm::{class_of, intern, type_name};
use core::cell::Cell;

struct TupleGetter {
    index: isize,
    doc: Cell<Value>,
}
traced!(TupleGetter: doc);

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let given = positional(args, "_tuplegetter", 2, 2)?;
    let index = ssize(given[0])?;
    Ok(Native::new(class, TupleGetter { index, doc: Cell::new(given[1]) }).value())
}

fn descr_get(value: Value, instance: Option<Value>, _owner: Option<Value>) -> R {
    let getter = of::<TupleGetter>(value)?;
    let instance = match instance {
        Some(instance) if instance != NONE => instance,
        _ => return Ok(value),
    };
    let Some(fields) = instance.downcast::<Tuple>() else {
        return Err(type_error(format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            getter.index,
            type_name(instance)
        )));
    };
    let field = usize::try_from(getter.index).ok().and_then(|at| fields.items().get(at).copied());
    field.ok_or_else(|| index_error("tuple index out of range"))
}

fn descr_set(_value: Value, _instance: Value, to: Option<Value>) -> R<()> {
    Err(attribute_error(if to.is_some() {
        "can't set attribute"
    } else {
        "can't delete attribute"
    }))
}

fn repr(value: Value) -> R {
    let getter = of::<TupleGetter>(value)?;
    let mut text = Text::new();
    text.push_ascii(&format!("_tuplegetter({}, ", getter.index))?;
    text.push_repr(getter.doc.get())?;
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn reduce(args: &[Value]) -> R {
    let getter = of::<TupleGetter>(args[0])?;
    Ok(tuple(&[
        class_of(args[0]).value(),
        tuple(&[Value::int(getter.index as i64), getter.doc.get()]),
    ]))
}

fn set_doc(value: Value, to: Option<Value>) -> R<()> {
    store(value, &of::<TupleGetter>(value)?.doc, to.unwrap_or(NONE));
    Ok(())
}

static METHODS: [NativeFunction; 1] = [method("__reduce__", "($self, /)", reduce, "")];
static ATTRIBUTES: [NativeAttribute; 1] =
    [member("__doc__", |value| Ok(of::<TupleGetter>(value)?.doc.get()), Some(set_doc), "")];

pub fn init(module: Gc<Module>) {
    let class = native_class::new("collections", "_tuplegetter", 0, |class| {
        class.slots.new.set(Some(new));
        class.slots.repr.set(Some(repr));
        class.slots.descr_get.set(Some(descr_get));
        class.slots.descr_set.set(Some(descr_set));
        class.add_methods(&METHODS);
        class.add_attributes(&ATTRIBUTES);
    });
    module.dict.get().set_str(intern("_tuplegetter"), class.value());
}
