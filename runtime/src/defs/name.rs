//! Helpers for globals, builtins and the namespaces of class bodies and modules.

use super::{frame, ok_or_raise, or_raise};
use crate::error::{R, Raised, name_error, system_error};
use crate::object::Gc;
use crate::objects::cell::CellObject;
use crate::objects::dict::Dict;
use crate::objects::exception::name_error_for;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{Thread, class_of, names, types};

/// CPython's message, with `name` set for suggestions.
#[cold]
fn undefined(name: Gc<Str>) -> Raised {
    let message = format!("name '{}' is not defined", name.to_string_lossy());
    name_error_for(types().name_error, &message, name)
}

fn global(thread: &Thread, name: Gc<Str>) -> R<Option<Value>> {
    let function = frame(thread).function;
    if let Some(found) = lookup(function.globals.get(), name)? {
        return Ok(Some(found));
    }
    lookup(function.builtins.get(), name)
}
/// A subclass of dict as globals or builtins is asked as a mapping.
fn lookup(dict: Gc<Dict>, name: Gc<Str>) -> R<Option<Value>> {
    if class_of(dict.value()) == types().dict {
        return Ok(dict.get_str(name));
    }
    mapping_get(dict.value(), name)
}
fn mapping_get(mapping: Value, name: Gc<Str>) -> R<Option<Value>> {
    if let Some(dict) = mapping.downcast::<Dict>()
        && class_of(mapping) == types().dict
    {
        return Ok(dict.get_str(name));
    }
    match ops::getitem(mapping, name.value()) {
        Ok(found) => Ok(Some(found)),
        Err(raised) if raised.is(types().key_error) => Ok(None),
        Err(raised) => Err(raised),
    }
}

pub extern "C" fn load_global(thread: &Thread, name: Value, slots: *mut Value) -> bool {
    let name = name.cast::<Str>();
    let result = global(thread, name).and_then(|found| found.ok_or_else(|| undefined(name))).map(|found| {
        // SAFETY: the handler passes one slot.
        unsafe { *slots = found }
    });
    ok_or_raise(result)
}
pub extern "C" fn store_global(thread: &Thread, name: Value, v: Value) -> bool {
    ok_or_raise(frame(thread).globals().set(name, v))
}
pub extern "C" fn delete_global(thread: &Thread, name: Value) -> bool {
    let name = name.cast::<Str>();
    match frame(thread).globals().remove_str(name) {
        Some(_) => true,
        None => ok_or_raise(Err(undefined(name))),
    }
}

fn namespace(thread: &Thread, doing: &str, name: Gc<Str>) -> R {
    let namespace = frame(thread).namespace.get();
    if namespace.is_null() {
        return Err(system_error(format!("no locals {doing} '{}'", name.to_string_lossy())));
    }
    Ok(namespace)
}

pub extern "C" fn load_name(thread: &Thread, name: Value) -> Value {
    let name = name.cast::<Str>();
    or_raise(namespace(thread, "when loading", name).and_then(|namespace| dict_or_globals(thread, namespace, name)))
}
fn dict_or_globals(thread: &Thread, namespace: Value, name: Gc<Str>) -> R {
    if let Some(found) = mapping_get(namespace, name)? {
        return Ok(found);
    }
    global(thread, name)?.ok_or_else(|| undefined(name))
}
pub extern "C" fn load_from_dict_or_globals(thread: &Thread, namespace: Value, name: Value) -> Value {
    or_raise(dict_or_globals(thread, namespace, name.cast::<Str>()))
}
pub extern "C" fn store_name(thread: &Thread, name: Value, v: Value) -> bool {
    let result = namespace(thread, "found when storing", name.cast::<Str>()).and_then(|namespace| {
        match namespace.downcast::<Dict>() {
            Some(dict) if class_of(namespace) == types().dict => dict.set(name, v),
            _ => ops::setitem(namespace, name, v),
        }
    });
    ok_or_raise(result)
}
pub extern "C" fn delete_name(thread: &Thread, name: Value) -> bool {
    let key = name.cast::<Str>();
    let result = namespace(thread, "when deleting", key).and_then(|namespace| match ops::delitem(namespace, name) {
        Err(raised) if raised.is(types().key_error) => Err(undefined(key)),
        other => other,
    });
    ok_or_raise(result)
}
pub extern "C" fn load_locals(thread: &Thread) -> Value {
    let namespace = frame(thread).namespace.get();
    if namespace.is_null() { or_raise(Err(system_error("no locals"))) } else { namespace }
}
pub extern "C" fn load_from_dict_or_deref(thread: &Thread, namespace: Value, index: u32) -> Value {
    or_raise(dict_or_deref(thread, namespace, index))
}
fn dict_or_deref(thread: &Thread, namespace: Value, index: u32) -> R {
    let frame = frame(thread);
    let name = local_name(frame.code, index);
    if let Some(found) = mapping_get(namespace, name)? {
        return Ok(found);
    }
    let cell = frame.local(index as usize).cast::<CellObject>();
    cell.value.get().option().ok_or_else(|| unbound(frame.code, index))
}

/// The name of a slot of localsplus.
fn local_name(code: Gc<crate::objects::code::Code>, index: u32) -> Gc<Str> {
    let names = code.localsplus_names.get().downcast::<Tuple>();
    names.and_then(|names| names.items().get(index as usize).copied()).and_then(|name| name.downcast::<Str>()).unwrap_or(
        crate::vm::names().empty,
    )
}

pub extern "C" fn unbound_local(thread: &Thread, index: u32) -> bool {
    let name = local_name(frame(thread).code, index);
    let message = format!("cannot access local variable '{}' where it is not associated with a value", name.to_string_lossy());
    ok_or_raise(Err(name_error_for(types().unbound_local_error, &message, name)))
}
pub extern "C" fn unbound_cell(thread: &Thread, index: u32) -> bool {
    ok_or_raise(Err(unbound(frame(thread).code, index)))
}
#[cold]
fn unbound(code: Gc<crate::objects::code::Code>, index: u32) -> Raised {
    let name = local_name(code, index);
    let text = name.to_string_lossy();
    let is_free = code.slot_kinds().get(index as usize).is_some_and(|kind| kind & crate::objects::code::slot::FREE != 0);
    if is_free {
        let message = format!("cannot access free variable '{text}' where it is not associated with a value in enclosing scope");
        name_error_for(types().name_error, &message, name)
    } else {
        let message = format!("cannot access local variable '{text}' where it is not associated with a value");
        name_error_for(types().unbound_local_error, &message, name)
    }
}

pub extern "C" fn make_cell(v: Value) -> Value {
    CellObject::new(v).value()
}
pub extern "C" fn copy_free_vars(thread: &Thread, count: u32) {
    let frame = frame(thread);
    let Some(closure) = frame.function.closure.get().downcast::<Tuple>() else { return };
    let first = (frame.code.nlocalsplus.get() - count) as usize;
    for (i, cell) in closure.items().iter().take(count as usize).enumerate() {
        frame.set_local(first + i, *cell);
    }
}
/// CPython's `_common_constants`: AssertionError, NotImplementedError, tuple, all, any.
pub extern "C" fn common_constant(index: u32) -> Value {
    let builtin = |name: &str| {
        let builtins = crate::vm::vm().builtins.get();
        builtins.and_then(|builtins| builtins.get_text(name)).unwrap_or(NONE)
    };
    match index {
        0 => types().assertion_error.value(),
        1 => types().not_implemented_error.value(),
        2 => types().tuple.value(),
        3 => builtin("all"),
        4 => builtin("any"),
        _ => NULL,
    }
}

pub extern "C" fn load_build_class(thread: &Thread) -> Value {
    let found = lookup(frame(thread).function.builtins.get(), names().__build_class__);
    or_raise(found.and_then(|found| found.ok_or_else(|| name_error("__build_class__ not found"))))
}
pub extern "C" fn setup_annotations(thread: &Thread) -> bool {
    let result = namespace(thread, "found when setting up annotations for", names().__annotations__).and_then(|namespace| {
        match mapping_get(namespace, names().__annotations__)? {
            Some(_) => Ok(()),
            None => ops::setitem(namespace, names().__annotations__.value(), Dict::new().value()),
        }
    });
    ok_or_raise(result)
}

pub extern "C" fn import_name(thread: &Thread, level: Value, fromlist: Value, name: Value) -> Value {
    or_raise(import(thread, level, fromlist, name))
}
/// Through `__import__` of the builtins, which a program may have replaced.
fn import(thread: &Thread, level: Value, fromlist: Value, name: Value) -> R {
    let frame = frame(thread);
    let Some(import) = lookup(frame.function.builtins.get(), names().__import__)? else {
        return Err(crate::error::import_error("__import__ not found"));
    };
    let namespace = ops::or_none(frame.namespace.get());
    ops::call_positional(import, &[name, frame.globals().value(), namespace, fromlist, level])
}
pub extern "C" fn import_from(_thread: &Thread, module: Value, name: Value) -> Value {
    or_raise(crate::import::import_from(module, name.cast::<Str>()))
}
