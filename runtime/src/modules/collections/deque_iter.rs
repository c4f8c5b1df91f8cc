//! The iterators of a deque, forward and backward.

use super::deque::Deque;
use crate::args::Args;
use crate::error::{R, runtime_error, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::module::Module;
use crate::objects::native::{self, Native};
use crate::objects::native_class;
use crate::objects::support::{check_count, itself, len_value, of, ssize, tuple};
use crate::slots::{NewFn, NextFn};
use crate::traced;
use crate::value::Value;
use crate::vm::{class_of, intern, type_name};
use core::cell::{Cell, OnceCell};

struct DequeIter {
    deque: Cell<Value>,
    /// Items not yielded yet.
    remaining: Cell<usize>,
    /// `state` of the deque when the iterator was made.
    state: usize,
}
traced!(DequeIter: deque);

thread_local! {
    static FORWARD: OnceCell<Gc<Class>> = const { OnceCell::new() };
    static BACKWARD: OnceCell<Gc<Class>> = const { OnceCell::new() };
}

pub fn new(value: Value, reversed: bool) -> R {
    let class = if reversed {
        BACKWARD.with(|own| own.get().copied())
    } else {
        FORWARD.with(|own| own.get().copied())
    };
    make(class.ok_or_else(|| type_error("_collections is not initialised"))?, value)
}

fn make(class: Gc<Class>, value: Value) -> R {
    let deque = of::<Deque>(value)?;
    let object = DequeIter {
        deque: Cell::new(value),
        remaining: Cell::new(deque.len()),
        state: deque.state.get(),
    };
    Ok(Native::new(class, object).value())
}

/// `(deque, index)`: what `__reduce__` hands out.
fn construct(class: Gc<Class>, args: Args<'_>) -> R {
    let given = args.pos();
    check_count(given.len(), &class.bare_name(), 1, 2)?;
    if native::downcast::<Deque>(given[0]).is_none() {
        return Err(type_error(format!(
            "argument 1 must be collections.deque, not {}",
            type_name(given[0])
        )));
    }
    let iterator = make(class, given[0])?;
    if let Some(&skip) = given.get(1) {
        let it = of::<DequeIter>(iterator)?;
        let skip = ssize(skip)?.max(0) as usize;
        it.remaining.set(it.remaining.get().saturating_sub(skip));
    }
    Ok(iterator)
}

fn step(value: Value, place: impl Fn(usize, usize) -> usize) -> R<Option<Value>> {
    let it = of::<DequeIter>(value)?;
    let deque = of::<Deque>(it.deque.get())?;
    if it.state != deque.state.get() {
        it.remaining.set(0);
        return Err(runtime_error("deque mutated during iteration"));
    }
    let remaining = it.remaining.get();
    if remaining == 0 {
        return Ok(None);
    }
    it.remaining.set(remaining - 1);
    Ok(deque.get(place(deque.len(), remaining)))
}

fn next(value: Value) -> R<Option<Value>> {
    step(value, |len, remaining| len - remaining)
}
fn next_backward(value: Value) -> R<Option<Value>> {
    step(value, |_, remaining| remaining - 1)
}

fn length_hint(args: &[Value]) -> R {
    Ok(len_value(of::<DequeIter>(args[0])?.remaining.get()))
}

fn reduce(args: &[Value]) -> R {
    let it = of::<DequeIter>(args[0])?;
    let done = of::<Deque>(it.deque.get())?.len().saturating_sub(it.remaining.get());
    Ok(tuple(&[class_of(args[0]).value(), tuple(&[it.deque.get(), len_value(done)])]))
}

static METHODS: [NativeFunction; 2] = [
    method(
        "__length_hint__",
        "($self, /)",
        length_hint,
        "Private method returning an estimate of len(list(it)).",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
];

pub fn init(module: Gc<Module>) {
    let make = |name: &'static str, next: NextFn| {
        let class = native_class::new("collections", name, 0, |class| {
            class.slots.new.set(Some(construct as NewFn));
            class.slots.iter.set(Some(itself));
            class.slots.next.set(Some(next));
            class.add_methods(&METHODS);
        });
        module.dict.get().set_str(intern(name), class.value());
        class
    };
    FORWARD.with(|own| {
        let _ = own.set(make("_deque_iterator", next));
    });
    BACKWARD.with(|own| {
        let _ = own.set(make("_deque_reverse_iterator", next_backward));
    });
}
