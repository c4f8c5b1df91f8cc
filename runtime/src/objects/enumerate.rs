//! enumerate.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{CLASS_GETITEM, exact_index, itself, store, tuple};
use crate::ops;
use crate::slots::BinaryOp;
use crate::value::Value;
use crate::vm::{class_of, types};
use core::cell::Cell;

struct Enumerate {
    iterator: Cell<Value>,
    /// An int of any size.
    index: Cell<Value>,
}

impl NativeObject for Enumerate {
    fn trace(&self, m: &mut Marker) {
        m.value(self.iterator.get());
        m.value(self.index.get());
    }
}

fn this(value: Value) -> R<&'static Enumerate> {
    native::downcast(value).ok_or_else(|| type_error("not an enumerate object"))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let (iterable, start) = arguments(args)?;
    let start = match start {
        Some(start) => exact_index(start)?,
        None => Value::small_int(0),
    };
    let iterator = ops::iter(iterable)?;
    Ok(Native::new(class, Enumerate { iterator: Cell::new(iterator), index: Cell::new(start) })
        .value())
}

fn arguments(args: Args<'_>) -> R<(Value, Option<Value>)> {
    let (given, keywords) = (args.pos(), args.kw_len());
    if given.is_empty() && keywords == 0 {
        return Err(type_error("enumerate() missing required argument 'iterable'"));
    }
    if given.len() + keywords > 2 {
        return Err(type_error(match given.len() {
            0 => "enumerate() missing required argument 'iterable'".to_string(),
            n => format!("enumerate() takes at most 2 arguments ({} given)", n + keywords),
        }));
    }
    let (mut iterable, mut start) = (given.first().copied(), given.get(1).copied());
    for (name, value) in args.kw() {
        let text = name.to_string_lossy();
        match text.as_str() {
            "iterable" if iterable.is_none() => iterable = Some(value),
            // A start alone is no iterable.
            "start" if start.is_none() && given.len() + keywords == 2 => start = Some(value),
            _ => {
                return Err(type_error(format!(
                    "'{text}' is an invalid keyword argument for enumerate()"
                )));
            }
        }
    }
    let iterable =
        iterable.ok_or_else(|| type_error("enumerate() missing required argument 'iterable'"))?;
    Ok((iterable, start))
}

fn next(value: Value) -> R<Option<Value>> {
    let it = this(value)?;
    let Some(item) = ops::next(it.iterator.get())? else { return Ok(None) };
    let index = it.index.get();
    if index.is_int() {
        store(value, &it.index, Value::int(index.unbox_int() + 1));
    } else {
        store(value, &it.index, ops::binary(BinaryOp::Add, index, Value::small_int(1))?);
    }
    Ok(Some(tuple(&[index, item])))
}

fn reduce(args: &[Value]) -> R {
    let it = this(args[0])?;
    Ok(tuple(&[class_of(args[0]).value(), tuple(&[it.iterator.get(), it.index.get()])]))
}

static METHODS: [NativeFunction; 1] =
    [method("__reduce__", "($self, /)", reduce, "Return state information for pickling.")];

pub fn init() {
    let class = types().enumerate;
    class.doc.set(
        "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...",
    );
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
    class.add_methods(&CLASS_GETITEM);
}
