//! The iterator over any object with `__getitem__`, and `iter(callable, sentinel)`.

use crate::error::{R, Raised, overflow_error, type_error};
use crate::heap::Marker;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::list_iter::integer;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{builtin, itself, len_value, ssize, tuple};
use crate::ops;
use crate::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use crate::vm::{class_of, types};
use core::cell::Cell;

pub struct SequenceIterator {
    /// NULL when exhausted.
    pub sequence: Cell<Value>,
    pub index: Cell<usize>,
}

impl NativeObject for SequenceIterator {
    fn trace(&self, m: &mut Marker) {
        m.value(self.sequence.get());
    }
}

pub fn sequence_iterator(sequence: Value) -> Value {
    Native::new(
        types().iterator,
        SequenceIterator { sequence: Cell::new(sequence), index: Cell::new(0) },
    )
    .value()
}

fn sequence(value: Value) -> R<&'static SequenceIterator> {
    native::downcast(value).ok_or_else(|| type_error("not a sequence iterator"))
}

/// `sequence[index]` where IndexError and StopIteration mean the end.
pub fn item_or_end(sequence: Value, index: usize) -> R<Option<Value>> {
    let class = class_of(sequence);
    let found = match (class.slots.getitem.get(), class.slots.item.get()) {
        (Some(getitem), _) => getitem(sequence, len_value(index)),
        (None, Some(item)) => item(sequence, index),
        (None, None) => {
            Err(type_error(format!("'{}' object does not support indexing", class.name())))
        }
    };
    match found {
        Ok(item) => Ok(Some(item)),
        Err(raised) if ends(raised) => Ok(None),
        Err(raised) => Err(raised),
    }
}

fn ends(raised: Raised) -> bool {
    raised.is(types().index_error) || raised.is(types().stop_iteration)
}

fn next(iterator: Value) -> R<Option<Value>> {
    let it = sequence(iterator)?;
    let source = it.sequence.get();
    if source.is_null() {
        return Ok(None);
    }
    let at = it.index.get();
    if at == isize::MAX as usize {
        return Err(overflow_error("iter index too large"));
    }
    let item = item_or_end(source, at)?;
    match item {
        Some(_) => it.index.set(at + 1),
        None => it.sequence.set(NULL),
    }
    Ok(item)
}

fn length_hint(args: &[Value]) -> R {
    let it = sequence(args[0])?;
    let source = it.sequence.get();
    if source.is_null() {
        return Ok(Value::small_int(0));
    }
    if class_of(source).slots.len.get().is_none() {
        return Ok(NOT_IMPLEMENTED);
    }
    Ok(len_value(ops::len(source)?.saturating_sub(it.index.get())))
}

fn reduce(args: &[Value]) -> R {
    let it = sequence(args[0])?;
    let iter = builtin("iter")?;
    let source = it.sequence.get();
    if source.is_null() {
        return Ok(tuple(&[iter, tuple(&[tuple(&[])])]));
    }
    Ok(tuple(&[iter, tuple(&[source]), len_value(it.index.get())]))
}

fn setstate(args: &[Value]) -> R {
    let it = sequence(args[0])?;
    let at = ssize(integer(args[1])?)?;
    if !it.sequence.get().is_null() {
        it.index.set(at.max(0) as usize);
    }
    Ok(NONE)
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

// -- iter(callable, sentinel) ---------------------------------------------------------------

struct CallableIterator {
    /// NULL when exhausted.
    callable: Cell<Value>,
    sentinel: Cell<Value>,
}

impl NativeObject for CallableIterator {
    fn trace(&self, m: &mut Marker) {
        m.value(self.callable.get());
        m.value(self.sentinel.get());
    }
}

pub fn callable_iterator(callable: Value, sentinel: Value) -> R {
    if !ops::is_callable(callable) {
        return Err(type_error("iter(v, w): v must be callable"));
    }
    let object = CallableIterator { callable: Cell::new(callable), sentinel: Cell::new(sentinel) };
    Ok(Native::new(types().callable_iterator, object).value())
}

fn of_callable(value: Value) -> R<&'static CallableIterator> {
    native::downcast(value).ok_or_else(|| type_error("not a callable iterator"))
}

fn call_next(iterator: Value) -> R<Option<Value>> {
    let it = of_callable(iterator)?;
    let callable = it.callable.get();
    if callable.is_null() {
        return Ok(None);
    }
    let item = match ops::call_positional(callable, &[]) {
        Ok(item) => item,
        Err(raised) if raised.is(types().stop_iteration) => {
            it.callable.set(NULL);
            return Ok(None);
        }
        Err(raised) => return Err(raised),
    };
    // The callable may have run the iterator to its end.
    if !it.callable.get().is_null() && !ops::equal(it.sentinel.get(), item)? {
        return Ok(Some(item));
    }
    it.callable.set(NULL);
    Ok(None)
}

fn call_reduce(args: &[Value]) -> R {
    let it = of_callable(args[0])?;
    let iter = builtin("iter")?;
    if it.callable.get().is_null() {
        return Ok(tuple(&[iter, tuple(&[tuple(&[])])]));
    }
    Ok(tuple(&[iter, tuple(&[it.callable.get(), it.sentinel.get()])]))
}

static CALL_METHODS: [NativeFunction; 1] =
    [method("__reduce__", "($self, /)", call_reduce, "Return state information for pickling.")];

pub fn init() {
    let class = types().iterator;
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
    let class = types().callable_iterator;
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(call_next));
    class.add_methods(&CALL_METHODS);
}
