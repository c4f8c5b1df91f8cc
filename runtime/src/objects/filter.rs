//! filter.

use crate::args::Args;
use crate::error::{R, type_error};
use crate::heap::Marker;
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::native::{self, Native, NativeObject};
use crate::objects::support::{itself, positional, tuple};
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{class_of, types};

struct Filter {
    function: Value,
    iterator: Value,
}

impl NativeObject for Filter {
    fn trace(&self, m: &mut Marker) {
        m.value(self.function);
        m.value(self.iterator);
    }
}

fn this(value: Value) -> R<&'static Filter> {
    native::downcast(value).ok_or_else(|| type_error("not a filter object"))
}

fn new(class: Gc<Class>, args: Args<'_>) -> R {
    let given = positional(args, "filter", 2, 2)?;
    let iterator = ops::iter(given[1])?;
    Ok(Native::new(class, Filter { function: given[0], iterator }).value())
}

fn next(value: Value) -> R<Option<Value>> {
    let filter = this(value)?;
    let by_truth = filter.function == NONE || filter.function == types().bool_.value();
    while let Some(item) = ops::next(filter.iterator)? {
        let verdict = if by_truth { item } else { ops::call_positional(filter.function, &[item])? };
        if ops::truth(verdict)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn reduce(args: &[Value]) -> R {
    let filter = this(args[0])?;
    Ok(tuple(&[class_of(args[0]).value(), tuple(&[filter.function, filter.iterator])]))
}

static METHODS: [NativeFunction; 1] =
    [method("__reduce__", "($self, /)", reduce, "Return state information for pickling.")];

pub fn init() {
    let class = types().filter;
    class.doc.set("Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.");
    class.slots.new.set(Some(new));
    class.slots.iter.set(Some(itself));
    class.slots.next.set(Some(next));
    class.add_methods(&METHODS);
}
