//! Helpers of `opcodes/container.def`.

use super::{ok_or_raise, or_raise, raise, slots};
use crate::error::{R, type_error, value_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::dict::Dict;
use crate::objects::function::Function;
use crate::objects::list::List;
use crate::objects::set::Set;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::objects::{dict_merge, list_methods, slice, str_build, str_slots, tuple_methods};
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, names, types};

// -- building ----------------------------------------------------------------------------

pub extern "C" fn build_tuple(values: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots.
    Tuple::from_slice(unsafe { slots(values, count) }).value()
}
pub extern "C" fn build_list(values: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots.
    or_raise(List::from_slice(unsafe { slots(values, count) }).map(|list| list.value()))
}
pub extern "C" fn build_set(values: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots.
    let values = unsafe { slots(values, count) };
    let set = Set::new();
    for value in values {
        if let Err(raised) = set.add(*value) {
            return raise(raised);
        }
    }
    set.value()
}
pub extern "C" fn build_map(values: *const Value, pairs: u32) -> Value {
    // SAFETY: the handler passes two slots a pair.
    let values = unsafe { slots(values, pairs * 2) };
    let dict = Dict::new();
    for pair in values.chunks_exact(2) {
        if let Err(raised) = dict.set(pair[0], pair[1]) {
            return raise(raised);
        }
    }
    dict.value()
}
pub extern "C" fn build_string(values: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots.
    or_raise(str_build::build(unsafe { slots(values, count) }).map(|str| str.value()))
}
pub extern "C" fn build_slice(values: *const Value, count: u32) -> Value {
    // SAFETY: the handler passes `count` slots, two or three.
    match *unsafe { slots(values, count) } {
        [start, stop] => slice::new(start, stop, NONE).value(),
        [start, stop, step] => slice::new(start, stop, step).value(),
        _ => NONE,
    }
}
/// `oparg >> 2`: the conversion; bit 0: a format spec is given.
pub extern "C" fn build_interpolation(values: *const Value, oparg: u32) -> Value {
    // SAFETY: the handler passes two slots, three with a format spec.
    let values = unsafe { slots(values, 2 + (oparg & 1)) };
    or_raise(crate::template::interpolation(values, oparg >> 2))
}
pub extern "C" fn build_template(strings: Value, interpolations: Value) -> Value {
    or_raise(crate::template::template(strings, interpolations))
}
#[inline]
pub extern "C" fn list_append(list: Gc<List>, v: Value) -> bool {
    list.push_within_capacity(v) || append_growing(list, v)
}
#[cold]
#[inline(never)]
extern "C" fn append_growing(list: Gc<List>, v: Value) -> bool {
    ok_or_raise(list.push(v))
}
pub extern "C" fn list_extend(list: Value, iterable: Value) -> bool {
    let result = list_methods::extend(list.cast::<List>(), iterable);
    ok_or_raise(result.map_err(|raised| {
        let class = class_of(iterable);
        let iterable_like = class.slots.iter.get().is_some() || class.slots.getitem.get().is_some();
        if raised.is(types().type_error) && !iterable_like {
            return type_error(format!("Value after * must be an iterable, not {}", class.name()));
        }
        raised
    }))
}
pub extern "C" fn set_add(set: Value, v: Value) -> bool {
    ok_or_raise(set.cast::<Set>().add(v))
}
pub extern "C" fn set_update(set: Value, iterable: Value) -> bool {
    ok_or_raise(set.cast::<Set>().update(iterable))
}
pub extern "C" fn map_add(dict: Value, key: Value, v: Value) -> bool {
    ok_or_raise(dict.cast::<Dict>().set(key, v))
}
/// `{**mapping}`.
pub extern "C" fn dict_update(dict: Value, mapping: Value) -> bool {
    ok_or_raise(dict_merge::dict_update(dict.cast::<Dict>(), mapping))
}
/// `f(**mapping)`: a key that is there already, or no string, is an error.
pub extern "C" fn dict_merge(callable: Value, dict: Value, mapping: Value) -> bool {
    ok_or_raise(dict_merge::dict_merge(dict.cast::<Dict>(), mapping, callable))
}

// -- unpacking -----------------------------------------------------------------------------

/// The first item comes out on top: into the last slot.
pub extern "C" fn unpack_sequence(sequence: Value, slots: *mut Value, count: u32) -> bool {
    let class = class_of(sequence);
    if class == types().tuple && sequence.cast::<Tuple>().len() == count as usize {
        unpack_tuple(sequence.cast::<Tuple>(), slots);
        return true;
    }
    if class == types().list && sequence.cast::<List>().len() == count as usize {
        unpack_list(sequence.cast::<List>(), slots);
        return true;
    }
    ok_or_raise(unpack_iterable(sequence, slots, count as usize))
}
#[inline]
pub extern "C" fn unpack_tuple(tuple: Gc<Tuple>, slots: *mut Value) {
    store_reversed(tuple.items(), slots);
}
#[inline]
pub extern "C" fn unpack_list(list: Gc<List>, slots: *mut Value) {
    store_reversed(list.items(), slots);
}
#[inline]
fn store_reversed(items: &[Value], slots: *mut Value) {
    for (i, item) in items.iter().rev().enumerate() {
        // SAFETY: the handler passes as many slots as there are items (checked before).
        unsafe { *slots.add(i) = *item };
        // LLVM would make vectors of it, for which it saves five registers first.
        // SAFETY: no instruction at all.
        unsafe { core::arch::asm!("", options(nomem, nostack, preserves_flags)) };
    }
}
fn cannot_unpack(sequence: Value, raised: crate::error::Raised) -> crate::error::Raised {
    let class = class_of(sequence);
    if raised.is(types().type_error)
        && class.slots.iter.get().is_none()
        && class.slots.item.get().is_none()
        && class.slots.getitem.get().is_none()
    {
        return type_error(format!("cannot unpack non-iterable {} object", class.name()));
    }
    raised
}
fn unpack_iterable(sequence: Value, slots: *mut Value, count: usize) -> R<()> {
    let iterator = ops::iter(sequence).map_err(|raised| cannot_unpack(sequence, raised))?;
    let items = List::new();
    while items.len() < count {
        match ops::next(iterator)? {
            Some(item) => items.push(item)?,
            None => return Err(value_error(format!("not enough values to unpack (expected {count}, got {})", items.len()))),
        }
    }
    if ops::next(iterator)?.is_some() {
        let class = class_of(sequence);
        let sized = class == types().tuple || class == types().list || class == types().dict;
        let got = if sized { ops::len(sequence)? } else { 0 };
        let message = if sized && got > count {
            format!("too many values to unpack (expected {count}, got {got})")
        } else {
            format!("too many values to unpack (expected {count})")
        };
        return Err(value_error(message));
    }
    store_reversed(items.items(), slots);
    Ok(())
}
/// `counts`: low byte the targets before the starred one, the rest those after it.
pub extern "C" fn unpack_ex(sequence: Value, slots: *mut Value, counts: u32) -> bool {
    ok_or_raise(unpack_starred(sequence, slots, (counts & 255) as usize, (counts >> 8) as usize))
}
fn unpack_starred(sequence: Value, slots: *mut Value, before: usize, after: usize) -> R<()> {
    let iterator = ops::iter(sequence).map_err(|raised| cannot_unpack(sequence, raised))?;
    let items = List::new();
    while let Some(item) = ops::next(iterator)? {
        items.push(item)?;
    }
    if items.len() < before + after {
        return Err(value_error(format!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            items.len()
        )));
    }
    let rest = List::from_slice(&items.items()[before..items.len() - after])?;
    let all = items.items();
    let order = all[..before].iter().copied().chain([rest.value()]).chain(all[all.len() - after..].iter().copied());
    let total = before + 1 + after;
    for (i, item) in order.enumerate() {
        // SAFETY: the handler passes `total` slots.
        unsafe { *slots.add(total - 1 - i) = item };
    }
    Ok(())
}

// -- subscripts ----------------------------------------------------------------------------

pub extern "C" fn subscr_dict(dict: Gc<Dict>, key: Value) -> Value {
    match dict.get(key) {
        Ok(Some(value)) => value,
        Ok(None) => raise(crate::error::key_error(key)),
        Err(raised) => raise(raised),
    }
}
pub extern "C" fn store_subscr_dict(dict: Gc<Dict>, key: Value, v: Value) -> bool {
    ok_or_raise(dict.set(key, v))
}
pub extern "C" fn subscr_list_slice(list: Gc<List>, slice: Value) -> Value {
    or_raise(ops::getitem(list.value(), slice))
}
pub extern "C" fn char_of(s: Gc<Str>, index: usize) -> Value {
    crate::objects::str::char_at(s, index).value()
}
pub extern "C" fn concat_str(left: Gc<Str>, right: Gc<Str>) -> Value {
    or_raise(str_build::concat(left, right).map(|str| str.value()))
}
pub extern "C" fn equal_str(left: Gc<Str>, right: Gc<Str>) -> bool {
    left.equals(&right)
}
pub extern "C" fn compare_str(oparg: u32, left: Gc<Str>, right: Gc<Str>) -> bool {
    crate::slots::CompareOp::ALL[(oparg >> 5) as usize % 6].of(left.compare(&right))
}
pub extern "C" fn binary_slice(container: Value, start: Value, stop: Value) -> Value {
    if let Some(found) = plain_slice(container, start, stop) {
        return or_raise(found);
    }
    or_raise(ops::getitem(container, slice::new(start, stop, NONE).value()))
}
/// A slice of an exact list, tuple or str by small ints or nothing, for which no slice object is made.
fn plain_slice(container: Value, start: Value, stop: Value) -> Option<R> {
    let bounds = plain_bounds(start, stop)?;
    let class = class_of(container);
    if class == types().list {
        let list = container.cast::<List>();
        return Some(list_methods::copy_slice(list, bounds.adjust(list.len())));
    }
    if class == types().tuple {
        let tuple = container.cast::<Tuple>();
        return Some(tuple_methods::copy_slice(tuple, bounds.adjust(tuple.len())));
    }
    if class == types().str_ {
        let text = container.cast::<Str>();
        let at = bounds.adjust(text.len());
        return Some(Ok(crate::objects::str::substring(text, at.start, at.len).value()));
    }
    None
}
fn plain_bounds(start: Value, stop: Value) -> Option<slice::Unpacked> {
    let plain = |bound: Value| bound.is_int() || bound == NONE;
    if plain(start) && plain(stop) { slice::unpack_bounds(start, stop).ok() } else { None }
}
pub extern "C" fn store_slice(v: Value, container: Value, start: Value, stop: Value) -> bool {
    if class_of(container) == types().list
        && let Some(bounds) = plain_bounds(start, stop)
    {
        return ok_or_raise(list_methods::assign_slice(container.cast::<List>(), bounds, v));
    }
    ok_or_raise(ops::setitem(container, slice::new(start, stop, NONE).value(), v))
}
pub extern "C" fn store_subscr(v: Value, container: Value, key: Value) -> bool {
    ok_or_raise(ops::setitem(container, key, v))
}
pub extern "C" fn delete_subscr(container: Value, key: Value) -> bool {
    ok_or_raise(ops::delitem(container, key))
}
pub extern "C" fn contains_op(item: Value, container: Value, invert: u32) -> Value {
    let found = match crate::objects::support::has_shape(container, crate::defs::SHAPE_LIST) {
        true => list_methods::contains(container, item),
        false => ops::contains(container, item),
    };
    or_raise(found.map(|found| Value::bool(found != (invert != 0))))
}
/// 1, 0, or -1 with an exception set.
pub extern "C" fn contains_dict(dict: Gc<Dict>, key: Value) -> i32 {
    found_or_raise(dict.get(key).map(|found| found.is_some()))
}
pub extern "C" fn contains_set(set: Value, key: Value) -> i32 {
    found_or_raise(crate::objects::set_methods::contains(set, key))
}
fn found_or_raise(result: R<bool>) -> i32 {
    match result {
        Ok(found) => found as i32,
        Err(raised) => {
            raise(raised);
            -1
        }
    }
}
/// `__getitem__` of the container's class, when it is a Python function of two parameters.
pub fn getitem_function(container: Value) -> Option<Value> {
    if !container.is_object() || container.is::<Class>() {
        return None;
    }
    let found = class_of(container).lookup(names().__getitem__)?;
    let function = found.downcast::<Function>()?;
    super::is_exact(function.code.get(), 2).then_some(found)
}

/// `__setitem__` of the container's class, when it is a Python function of three parameters.
pub fn setitem_function(container: Value) -> Option<Value> {
    if !container.is_object() || container.is::<Class>() {
        return None;
    }
    let found = class_of(container).lookup(names().__setitem__)?;
    let function = found.downcast::<Function>()?;
    super::is_exact(function.code.get(), 3).then_some(found)
}

pub fn getitem_version(container: Value) -> Option<u32> {
    getitem_function(container).map(|found| found.cast::<Function>().current_version())
}
pub fn setitem_version(container: Value) -> Option<u32> {
    setitem_function(container).map(|found| found.cast::<Function>().current_version())
}

// -- formatting ------------------------------------------------------------------------------

/// CPython's FVC_*: 1 str, 2 repr, 3 ascii.
pub extern "C" fn convert_value(v: Value, form: u32) -> Value {
    or_raise(match form {
        1 => ops::str(v).map(|str| str.value()),
        2 => ops::repr(v).map(|str| str.value()),
        3 => str_slots::ascii(v).map(|str| str.value()),
        _ => Ok(v),
    })
}
pub extern "C" fn format_simple(v: Value) -> Value {
    if class_of(v) == types().str_ {
        return v;
    }
    or_raise(ops::format(v, names().empty).map(|str| str.value()))
}
pub extern "C" fn format_with_spec(v: Value, spec: Value) -> Value {
    or_raise(ops::format(v, spec.cast::<Str>()).map(|str| str.value()))
}

