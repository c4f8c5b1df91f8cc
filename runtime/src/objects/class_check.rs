//! `isinstance` and `issubclass`: the real check, `__instancecheck__` and `__subclasscheck__`, tuples and unions, and objects that only
//! look like classes (`__bases__`).

use crate::error::{R, type_error};
use crate::objects::class::Class;
use crate::objects::tuple::Tuple;
use crate::value::Value;
use crate::vm::{check_native_stack, class_of, names, types};

pub fn is_instance(value: Value, of: Value) -> R<bool> {
    if class_of(value).value() == of {
        return Ok(true);
    }
    if class_of(of) == types().type_ {
        return real_is_instance(value, of);
    }
    check_native_stack(" in __instancecheck__")?;
    if let Some(tuple) = alternatives(of) {
        for &one in tuple.items() {
            if is_instance(value, one)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match crate::ops::call_special(of, names().__instancecheck__, &[value])? {
        Some(answer) => crate::ops::truth(answer),
        None => real_is_instance(value, of),
    }
}

pub fn is_subclass(class: Value, of: Value) -> R<bool> {
    if class_of(of) == types().type_ {
        return if class == of { Ok(true) } else { real_is_subclass(class, of) };
    }
    check_native_stack(" in __subclasscheck__")?;
    if let Some(tuple) = alternatives(of) {
        for &one in tuple.items() {
            if is_subclass(class, one)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match crate::ops::call_special(of, names().__subclasscheck__, &[class])? {
        Some(answer) => crate::ops::truth(answer),
        None => real_is_subclass(class, of),
    }
}

/// A tuple of classes, or the members of a union.
fn alternatives(of: Value) -> Option<crate::object::Gc<Tuple>> {
    of.downcast::<Tuple>().or_else(|| crate::objects::union::members(of))
}

/// `type.__instancecheck__`.
pub fn real_is_instance(value: Value, of: Value) -> R<bool> {
    if let Some(class) = of.downcast::<Class>() {
        let own = class_of(value);
        if own.is_subclass(class) {
            return Ok(true);
        }
        // A proxy may claim another class.
        if !crate::objects::instance::claims_class(value) {
            return Ok(false);
        }
        return Ok(match crate::ops::getattr_opt(value, names().__class__)?.and_then(|claimed| claimed.downcast::<Class>()) {
            Some(claimed) => claimed != own && claimed.is_subclass(class),
            None => false,
        });
    }
    if bases_of(of)?.is_none() {
        return Err(type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"));
    }
    match crate::ops::getattr_opt(value, names().__class__)? {
        Some(claimed) => derives_from(claimed, of),
        None => Ok(false),
    }
}

/// `type.__subclasscheck__`.
pub fn real_is_subclass(class: Value, of: Value) -> R<bool> {
    if let (Some(class), Some(of)) = (class.downcast::<Class>(), of.downcast::<Class>()) {
        return Ok(class.is_subclass(of));
    }
    if bases_of(class)?.is_none() {
        return Err(type_error("issubclass() arg 1 must be a class"));
    }
    if alternatives(of).is_none() && bases_of(of)?.is_none() {
        return Err(type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"));
    }
    derives_from(class, of)
}

fn bases_of(class: Value) -> R<Option<crate::object::Gc<Tuple>>> {
    Ok(crate::ops::getattr_opt(class, names().__bases__)?.and_then(|bases| bases.downcast::<Tuple>()))
}
/// Along `__bases__`, for objects that are no real classes.
fn derives_from(class: Value, of: Value) -> R<bool> {
    check_native_stack(" in __subclasscheck__")?;
    if class == of {
        return Ok(true);
    }
    if let Some(bases) = bases_of(class)? {
        for &base in bases.items() {
            if derives_from(base, of)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
