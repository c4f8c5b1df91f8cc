//! reversed: `__reversed__`, or else any sequence from its end.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::iterator::item_or_end;
use crate::objects::list_iter::integer;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{is_sequence, itself, len_value, positional, ssize, tuple};
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, names, type_name, types};
use core::cell::Cell;

struct Reversed {
    /// NULL when exhausted.
    sequence: Cell<Value>,
    /// One more than the next item's index.
    position: Cell<usize>,
}

impl NativeObject for Reversed {
    fn trace(&self, m: &mut Marker) {
        m.value(self.sequence.get());
    }
}

fn this(value: Value) -> R<&'static Reversed> {
    native::downcast(value).ok_or_else(|| type_error("not a reversed object"))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let sequence = positional(args, "reversed", 1, 1)?[0];
    let refused = || type_error(format!("'{}' object is not reversible", type_name(sequence)));
    match ops::lookup_special(sequence, names().__reversed__)? {
        Some(NONE) => return Err(refused()),
        Some(method) => return ops::call_positional(method, &[]),
        None => {}
    }
    if !is_sequence(sequence) {
        return Err(refused());
    }
    let len = ops::len(sequence)?;
    Ok(Native::new(class, Reversed { sequence: Cell::new(sequence), position: Cell::new(len) })
        .value())
}

fn next(value: Value) -> R<Option<Value>> {
    let it = this(value)?;
    let sequence = it.sequence.get();
    if sequence.is_null() {
        return Ok(None);
    }
    if let Some(at) = it.position.get().checked_sub(1)
        && let Some(item) = item_or_end(sequence, at)?
    {
        it.position.set(at);
        return Ok(Some(item));
    }
    it.position.set(0);
    it.sequence.set(NULL);
    Ok(None)
}

fn length_hint(args: &[Value]) -> R {
    let it = this(args[0])?;
    let sequence = it.sequence.get();
    if sequence.is_null() {
        return Ok(Value::small_int(0));
    }
    let (position, len) = (it.position.get(), ops::len(sequence)?);
    Ok(len_value(if len < position { 0 } else { position }))
}

fn reduce(args: &[Value]) -> R {
    let it = this(args[0])?;
    let class = class_of(args[0]).value();
    let sequence = it.sequence.get();
    if sequence.is_null() {
        return Ok(tuple(&[class, tuple(&[tuple(&[])])]));
    }
    Ok(tuple(&[class, tuple(&[sequence]), Value::int(it.position.get() as i64 - 1)]))
}

fn setstate(args: &[Value]) -> R {
    let it = this(args[0])?;
    let at = ssize(integer(args[1])?)?;
    let sequence = it.sequence.get();
    if !sequence.is_null() {
        let len = ops::len(sequence)? as isize;
        it.position.set((at.clamp(-1, len - 1) + 1) as usize);
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

pub fn init() {
    let class = types().reversed;
    class.doc.set("Return a reverse iterator over the values of the given sequence.");
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
}
