//! arrayiterator.

use super::Array;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::{Class, flags};
use crate::objects::list_iter::integer;
use crate::objects::native::Native;
use crate::objects::native_class;
use crate::objects::support::{builtin, itself, len_value, of, ssize, tuple};
use crate::traced;
use crate::value::{NONE, NULL, Value};
use core::cell::{Cell, OnceCell};

struct ArrayIter {
    /// NULL when exhausted.
    array: Cell<Value>,
    index: Cell<usize>,
}
traced!(ArrayIter: array);

thread_local! { static CLASS: OnceCell<Gc<Class>> = const { OnceCell::new() }; }

pub fn new(array: Value) -> R {
    let class = CLASS
        .with(|own| own.get().copied())
        .ok_or_else(|| type_error("array is not initialised"))?;
    Ok(Native::new(class, ArrayIter { array: Cell::new(array), index: Cell::new(0) }).value())
}

fn next(value: Value) -> R<Option<Value>> {
    let it = of::<ArrayIter>(value)?;
    let Some(array) = it.array.get().option() else { return Ok(None) };
    let at = it.index.get();
    let item = of::<Array>(array)?.get(at)?;
    match item {
        Some(_) => it.index.set(at + 1),
        None => it.array.set(NULL),
    }
    Ok(item)
}

fn reduce(args: &[Value]) -> R {
    let it = of::<ArrayIter>(args[0])?;
    let iter = builtin("iter")?;
    Ok(match it.array.get().option() {
        None => tuple(&[iter, tuple(&[tuple(&[])])]),
        Some(array) => tuple(&[iter, tuple(&[array]), len_value(it.index.get())]),
    })
}

fn setstate(args: &[Value]) -> R {
    let it = of::<ArrayIter>(args[0])?;
    let at = ssize(integer(args[1])?)?;
    if let Some(array) = it.array.get().option() {
        it.index.set(at.clamp(0, of::<Array>(array)?.len() as isize) as usize);
    }
    Ok(NONE)
}

static METHODS: [NativeFunction; 2] = [
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
    method("__setstate__", "($self, state, /)", setstate, "Set state information for unpickling."),
];

pub fn init() {
    let class =
        native_class::new("array", "arrayiterator", flags::DISALLOW_INSTANTIATION, |class| {
            class.slots.iter.set(Some(itself));
            class.slots.next.set(Some(next));
            class.add_methods(&METHODS);
        });
    CLASS.with(|own| {
        let _ = own.set(class);
    });
}
