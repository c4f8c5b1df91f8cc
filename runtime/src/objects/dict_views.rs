//! dict_keys, dict_values, dict_items: what they are to a program, with the set operations of keys
//! and items.

use crate::error::R;
use crate::heap;
use crate::object::{Field, Gc};
use crate::objects::builtin::{NativeAttribute, NativeFunction, getset, method, new_header};
use crate::objects::class::Class;
use crate::objects::dict::{Dict, DictView, Part};
use crate::objects::dict_iter;
use crate::objects::set::Set;
use crate::objects::support::{ReprGuard, Text, bare_name, has_shape, hash_key};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::slots::{BinaryOp, CompareOp};
use crate::value::{NOT_IMPLEMENTED, Value};
use crate::vm::{intern, types};

pub fn new(dict: Gc<Dict>, part: Part) -> Gc<DictView> {
    let types = types();
    let class = match part {
        Part::Keys => types.dict_keys,
        Part::Values => types.dict_values,
        Part::Items => types.dict_items,
    };
    heap::alloc(
        class.root_shape.get(),
        DictView { header: new_header(), dict: Field::new(dict), part },
    )
}

fn this(value: Value) -> Gc<DictView> {
    value.cast()
}

/// A view of another class (`odict_keys`).
pub fn new_of(class: Gc<Class>, dict: Gc<Dict>, part: Part) -> Value {
    heap::alloc(
        class.root_shape.get(),
        DictView { header: new_header(), dict: Field::new(dict), part },
    )
    .value()
}

/// A view that acts as a set: of keys or of items.
fn set_view(value: Value) -> Option<Gc<DictView>> {
    value.downcast::<DictView>().filter(|view| view.part != Part::Values)
}

fn len(value: Value) -> R<usize> {
    Ok(this(value).dict.get().len())
}

fn iter(value: Value) -> R {
    Ok(dict_iter::new(this(value).dict.get(), this(value).part).value())
}

fn contains(value: Value, wanted: Value) -> R<bool> {
    let view = this(value);
    let dict = view.dict.get();
    if view.part == Part::Keys {
        return Ok(dict.find(wanted, hash_key(wanted)?)?.is_some());
    }
    let Some(pair) = wanted.downcast::<Tuple>() else { return Ok(false) };
    let &[key, value] = pair.items() else { return Ok(false) };
    match dict.get(key)? {
        Some(found) => ops::equal(found, value),
        None => Ok(false),
    }
}

fn repr(value: Value) -> R {
    let guard = ReprGuard::enter(value);
    if guard.is_none() {
        return Ok(crate::objects::str::new("...").value());
    }
    let items = ops::collect(value)?;
    let mut text = Text::new();
    text.push_ascii(&bare_name(value))?;
    text.push_ascii("(")?;
    text.push_repr(items.value())?;
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

// -- as sets -------------------------------------------------------------------------

/// Every item of `a` is in `b`.
fn all_contained(a: Value, b: Value) -> R<bool> {
    let iterator = ops::iter(a)?;
    while let Some(item) = ops::next(iterator)? {
        if !ops::contains(b, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(left: Value, right: Value, op: CompareOp) -> R {
    if !right.is::<Set>() && set_view(right).is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    let (a, b) = (ops::len(left)?, ops::len(right)?);
    let answer = match op {
        CompareOp::Eq => a == b && all_contained(left, right)?,
        CompareOp::Ne => a != b || !all_contained(left, right)?,
        CompareOp::Lt => a < b && all_contained(left, right)?,
        CompareOp::Le => a <= b && all_contained(left, right)?,
        CompareOp::Gt => a > b && all_contained(right, left)?,
        CompareOp::Ge => a >= b && all_contained(right, left)?,
    };
    Ok(Value::bool(answer))
}

fn and(left: Value, right: Value) -> R {
    let (mut view, mut other) =
        if set_view(left).is_some() { (left, right) } else { (right, left) };
    if has_shape(other, crate::defs::SHAPE_SET) && ops::len(view)? <= ops::len(other)? {
        return ops::call_method(other, intern("intersection"), &[view]);
    }
    if set_view(other).is_some() && ops::len(other)? > ops::len(view)? {
        core::mem::swap(&mut view, &mut other);
    }
    let common = Set::new();
    ops::for_each(other, |item| {
        if contains(view, item)? {
            common.add(item)?;
        }
        Ok(())
    })?;
    Ok(common.value())
}

fn or(left: Value, right: Value) -> R {
    let joined = Set::from_iterable(left)?;
    joined.update(right)?;
    Ok(joined.value())
}

fn subtract(left: Value, right: Value) -> R {
    let rest = Set::from_iterable(left)?;
    rest.difference_update(right)?;
    Ok(rest.value())
}

fn xor(left: Value, right: Value) -> R {
    let both = Set::from_iterable(left)?;
    both.symmetric_difference_update(right)?;
    Ok(both.value())
}

fn isdisjoint(args: &[Value]) -> R {
    let (mut view, mut other) = (args[0], args[1]);
    if view == other {
        return Ok(Value::bool(ops::len(view)? == 0));
    }
    if (other.is::<Set>() || set_view(other).is_some()) && ops::len(other)? > ops::len(view)? {
        core::mem::swap(&mut view, &mut other);
    }
    let iterator = ops::iter(other)?;
    while let Some(item) = ops::next(iterator)? {
        if ops::contains(view, item)? {
            return Ok(Value::bool(false));
        }
    }
    Ok(Value::bool(true))
}

fn reversed(args: &[Value]) -> R {
    let view = this(args[0]);
    Ok(dict_iter::new_reversed(view.dict.get(), view.part).value())
}

fn mapping(value: Value) -> R {
    Ok(super::mappingproxy::new(this(value).dict.get().value()).value())
}

static COMMON: [NativeFunction; 1] = [method(
    "__reversed__",
    "($self, /)",
    reversed,
    "Return a reverse iterator over the dict's entries.",
)];
static SET_LIKE: [NativeFunction; 1] = [method(
    "isdisjoint",
    "($self, other, /)",
    isdisjoint,
    "Return True if the view and the given iterable have a null intersection.",
)];
static ATTRIBUTES: [NativeAttribute; 1] =
    [getset("mapping", mapping, None, "dictionary that this view refers to")];

pub fn init() {
    let types = types();
    for class in [types.dict_keys, types.dict_values, types.dict_items] {
        class.slots.repr.set(Some(repr));
        class.slots.iter.set(Some(iter));
        class.slots.len.set(Some(len));
        class.add_methods(&COMMON);
        class.add_attributes(&ATTRIBUTES);
    }
    for class in [types.dict_keys, types.dict_items] {
        class.slots.contains.set(Some(contains));
        class.slots.compare.set(Some(compare));
        class.slots.hash.set(Some(ops::unhashable));
        class.slots.binary[BinaryOp::And as usize].set(Some(and));
        class.slots.binary[BinaryOp::Or as usize].set(Some(or));
        class.slots.binary[BinaryOp::Subtract as usize].set(Some(subtract));
        class.slots.binary[BinaryOp::Xor as usize].set(Some(xor));
        class.add_methods(&SET_LIKE);
    }
}
