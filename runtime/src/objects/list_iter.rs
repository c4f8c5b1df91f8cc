//! list_iterator and list_reverseiterator.

use crate::error::R;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::list::{List, ListIter};
use crate::objects::support::{builtin, itself, len_value, ssize, tuple};
use crate::value::{NONE, NULL, Value};
use crate::vm::types;

fn next(iterator: Value) -> R<Option<Value>> {
    let it = iterator.cast::<ListIter>();
    let Some(list) = it.list.get().downcast::<List>() else { return Ok(None) };
    let at = it.index.get();
    match list.get(at) {
        Some(item) => {
            it.index.set(at + 1);
            Ok(Some(item))
        }
        None => {
            it.list.init(NULL);
            Ok(None)
        }
    }
}

fn next_reversed(iterator: Value) -> R<Option<Value>> {
    let it = iterator.cast::<ListIter>();
    let Some(list) = it.list.get().downcast::<List>() else { return Ok(None) };
    let item = it.index.get().checked_sub(1).and_then(|at| list.get(at));
    match item {
        Some(_) => it.index.set(it.index.get() - 1),
        None => {
            it.index.set(0);
            it.list.init(NULL);
        }
    }
    Ok(item)
}

fn length_hint(args: &[Value]) -> R {
    let it = args[0].cast::<ListIter>();
    let Some(list) = it.list.get().downcast::<List>() else { return Ok(Value::small_int(0)) };
    let at = it.index.get();
    Ok(len_value(if it.reversed.get() {
        if at > list.len() { 0 } else { at }
    } else {
        list.len().saturating_sub(at)
    }))
}

fn reduce(args: &[Value]) -> R {
    let it = args[0].cast::<ListIter>();
    let list = it.list.get();
    if list.is_null() {
        return Ok(tuple(&[builtin("iter")?, tuple(&[List::new().value()])]));
    }
    let at = it.index.get() as i64;
    Ok(if it.reversed.get() {
        tuple(&[builtin("reversed")?, tuple(&[list]), Value::int(at - 1)])
    } else {
        tuple(&[builtin("iter")?, tuple(&[list]), Value::int(at)])
    })
}

fn setstate(args: &[Value]) -> R {
    let it = args[0].cast::<ListIter>();
    let at = ssize(integer(args[1])?)?;
    if let Some(list) = it.list.get().downcast::<List>() {
        if it.reversed.get() {
            it.index.set((at.clamp(-1, list.len() as isize - 1) + 1) as usize);
        } else {
            it.index.set(at.clamp(0, list.len() as isize) as usize);
        }
    }
    Ok(NONE)
}

/// The state of an iterator: `PyLong_AsSsize_t`, which takes nothing but ints.
pub fn integer(state: Value) -> R {
    if crate::objects::int::is_any_int(state) {
        Ok(state)
    } else {
        Err(crate::error::type_error("an integer is required"))
    }
}

static METHODS: [NativeFunction; 3] = [
    method(
        "__length_hint__",
        "($self, /)",
        length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, object, /)", setstate, "Set state information for unpickling."),
];

pub fn init() {
    for (class, next) in [
        (types().list_iterator, next as crate::slots::NextFn),
        (types().list_reverseiterator, next_reversed as crate::slots::NextFn),
    ] {
        class.slots.iter.set(Some(itself));
        class.slots.next.set(Some(next));
        class.add_methods(&METHODS);
    }
}
