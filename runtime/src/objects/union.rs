//! `int | None`: typing.Union.

use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, getset, member, method};
use crate::objects::class::Class;
use crate::objects::generic_alias::{self, GenericAlias};
use crate::objects::list::List;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NONE, NOT_IMPLEMENTED, Value};
use crate::vm::{class_of, intern, names, types};

pub struct Union {
    args: Gc<Tuple>,
    parameters: Gc<Tuple>,
}

impl NativeObject for Union {
    fn trace(&self, m: &mut Marker) {
        m.object(self.args);
        m.object(self.parameters);
    }
}

static METHODS: [NativeFunction; 2] = [
    method("__mro_entries__", "($self, bases, /)", |a| Err(type_error(format!("Cannot subclass {}", crate::ops::repr_string(a[0])?))), ""),
    class_method("__class_getitem__", "($cls, item, /)", |a| of_items(a[1]), ""),
];
static ATTRIBUTES: [NativeAttribute; 5] = [
    getset("__name__", |_| Ok(intern("Union").value()), None, ""),
    getset("__qualname__", |_| Ok(intern("Union").value()), None, ""),
    getset("__origin__", |_| Ok(types().union_type.value()), None, ""),
    getset("__parameters__", |v| Ok(this(v)?.parameters.value()), None, ""),
    member("__args__", |v| Ok(this(v)?.args.value()), None, ""),
];

pub fn init() {
    let class = types().union_type;
    class.doc.set("Represent a union type\n\nE.g. for int | str");
    let slots = &class.slots;
    slots.binary[BinaryOp::Or as usize].set(Some(or));
    slots.repr.set(Some(repr));
    slots.getattr.set(Some(|value, name| {
        if name == names().__module__ {
            return Ok(types().union_type.module_name.get());
        }
        crate::objects::object::getattribute(value, name)
    }));
    slots.getitem.set(Some(getitem));
    slots.compare.set(Some(compare));
    slots.hash.set(Some(|value| {
        let set = crate::ops::call_positional(types().frozenset.value(), &[this(value)?.args.value()])?;
        crate::ops::hash(set)
    }));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
    types().none_type.slots.binary[BinaryOp::Or as usize].set(Some(or));
    types().generic_alias.slots.binary[BinaryOp::Or as usize].set(Some(or));
}

fn this(value: Value) -> R<&'static Union> {
    downcast::<Union>(value).ok_or_else(|| type_error("a union is expected"))
}
/// The members of a union; None when the value is no union.
pub fn members(value: Value) -> Option<Gc<Tuple>> {
    if class_of(value) != types().union_type { None } else { downcast::<Union>(value).map(|union| union.args) }
}

fn is_unionable(value: Value) -> bool {
    value.is_none()
        || value.is::<Class>()
        || class_of(value) == types().union_type
        || downcast::<GenericAlias>(value).is_some()
        || is_type_alias(value)
}
/// A TypeAliasType of `typing`, which is no class of `vm::Types`.
fn is_type_alias(value: Value) -> bool {
    let class = class_of(value);
    value.is_object() && !class.has_flag(crate::objects::class::flags::HEAP) && class.bare_name() == "TypeAliasType"
}
/// `left | right` of types; NOT_IMPLEMENTED for other operands.
pub fn or(left: Value, right: Value) -> R {
    if !is_unionable(left) || !is_unionable(right) {
        return Ok(NOT_IMPLEMENTED);
    }
    of(&[left, right])
}
/// `left | right` where one is a type variable or an alias: the other may be anything.
pub fn or_any(left: Value, right: Value) -> R {
    of(&[forward_reference(left)?, forward_reference(right)?])
}
/// As `typing.Union[...]`: any member goes.
pub fn of(items: &[Value]) -> R {
    let list = List::new();
    for &item in items {
        match members(item) {
            Some(nested) => nested.items().iter().try_for_each(|&item| add(list, item))?,
            None => add(list, item)?,
        }
    }
    if let ([one], false) = (list.items(), list.len() > 1) {
        return Ok(*one);
    }
    let args = Tuple::from_slice(list.items());
    let parameters = generic_alias::parameters_of(args)?;
    Ok(Native::new(types().union_type, Union { args, parameters }).value())
}
/// Without repetition. None stands for its class.
fn add(list: Gc<List>, item: Value) -> R<()> {
    let item = if item.is_none() { types().none_type.value() } else { item };
    for i in 0..list.len() {
        let Some(other) = list.get(i) else { break };
        let same = other == item
            || (!(other.is::<Class>() && item.is::<Class>())
                && downcast::<GenericAlias>(other).is_some() == downcast::<GenericAlias>(item).is_some()
                && crate::ops::equal(other, item)?);
        if same {
            return Ok(());
        }
    }
    list.push(item)
}
fn of_items(items: Value) -> R {
    match items.downcast::<Tuple>() {
        Some(tuple) if tuple.len() == 0 => Err(type_error("Cannot take a Union of no types.")),
        Some(tuple) => {
            let list = List::new();
            for &item in tuple.items() {
                list.push(forward_reference(item)?)?;
            }
            of(list.items())
        }
        None => of(&[forward_reference(items)?]),
    }
}
/// A str stands for a forward reference, as in `typing`.
fn forward_reference(item: Value) -> R {
    if !item.is::<Str>() {
        return Ok(item);
    }
    let module = crate::import::import_module("typing")?;
    crate::ops::call_positional(crate::ops::getattr(module, intern("ForwardRef"))?, &[item])
}

fn repr(value: Value) -> R {
    let mut texts = Vec::new();
    for &item in this(value)?.args.items() {
        texts.push(if item == types().none_type.value() { "None".to_string() } else { generic_alias::item_text(item)? });
    }
    Ok(str::new(&texts.join(" | ")).value())
}
fn compare(a: Value, b: Value, op: CompareOp) -> R {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(NOT_IMPLEMENTED);
    }
    let (Some(x), Some(y)) = (members(a), members(b)) else { return Ok(NOT_IMPLEMENTED) };
    let (x, y) = (Gc::value(x), Gc::value(y));
    let set = |of: Value| crate::ops::call_positional(types().set.value(), &[of]);
    let equal = crate::ops::equal(set(x)?, set(y)?)?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
fn getitem(value: Value, key: Value) -> R {
    let union = this(value)?;
    let new = generic_alias::substitute(value, union.args, union.parameters, key)?;
    // By `|` of each, so that a member which overrides it is asked.
    let mut result = new.items().first().copied().unwrap_or(NONE);
    for &item in new.items().iter().skip(1) {
        result = crate::ops::binary(BinaryOp::Or, result, item)?;
    }
    Ok(result)
}
