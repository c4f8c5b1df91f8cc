//! count, cycle, repeat.

use super::{add_class, plain};
use crate::args::Args;
use crate::error::{R, type_error};
use crate::object::Gc;
use crate::objects::builtin::{NativeFunction, method};
use crate::objects::class::Class;
use crate::objects::list::List;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::support::{Params, Text, bare_name, len_value, of, positional, ssize, store};
use crate::ops;
use crate::slots::BinaryOp;
use crate::traced;
use crate::value::{NULL, Value};
use crate::vm::class_of;
use core::cell::Cell;

// -- count ---------------------------------------------------------------------------

struct Count {
    current: Cell<Value>,
    step: Cell<Value>,
}
traced!(Count: current, step);

fn number(value: Value, default: i64) -> R {
    if value.is_null() {
        return Ok(Value::small_int(default));
    }
    let slots = &class_of(value).slots;
    let is_number = slots.index.get().is_some()
        || slots.int.get().is_some()
        || slots.float.get().is_some()
        || value.is::<crate::objects::complex::Complex>();
    if value.is_float() || crate::objects::int::is_any_int(value) || is_number {
        return Ok(value);
    }
    Err(type_error("a number is required"))
}

fn count_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("count", "(start=0, step=1)");
    let [start, step] = PARAMS.bind(args)?;
    let (start, step) = (number(start, 0)?, number(step, 1)?);
    Ok(Native::new(class, Count { current: Cell::new(start), step: Cell::new(step) }).value())
}

fn count_next(value: Value) -> R<Option<Value>> {
    let count = of::<Count>(value)?;
    let (current, step) = (count.current.get(), count.step.get());
    let next = if Value::both_int(current, step) {
        Value::int(current.unbox_int() + step.unbox_int())
    } else {
        ops::binary(BinaryOp::Add, current, step)?
    };
    store(value, &count.current, next);
    Ok(Some(current))
}

fn count_repr(value: Value) -> R {
    let count = of::<Count>(value)?;
    let mut text = Text::new();
    text.push_ascii(&bare_name(value))?;
    text.push_ascii("(")?;
    text.push_repr(count.current.get())?;
    if count.step.get() != Value::small_int(1) {
        text.push_ascii(", ")?;
        text.push_repr(count.step.get())?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

// -- cycle ----------------------------------------------------------------------------

struct Cycle {
    /// NULL once it has ended.
    iterator: Cell<Value>,
    saved: Cell<Value>,
    index: Cell<usize>,
}
traced!(Cycle: iterator, saved);

fn cycle_new(class: Gc<Class>, args: Args<'_>) -> R {
    let iterator = ops::iter(positional(args, "cycle", 1, 1)?[0])?;
    let saved = List::new();
    let object = Cycle {
        iterator: Cell::new(iterator),
        saved: Cell::new(saved.value()),
        index: Cell::new(0),
    };
    Ok(Native::new(class, object).value())
}

fn cycle_next(value: Value) -> R<Option<Value>> {
    let cycle = of::<Cycle>(value)?;
    let saved = cycle.saved.get().cast::<List>();
    if let Some(iterator) = cycle.iterator.get().option() {
        if let Some(item) = ops::next(iterator)? {
            saved.push(item)?;
            return Ok(Some(item));
        }
        cycle.iterator.set(NULL);
    }
    let at = cycle.index.get();
    let item = saved.get(at);
    cycle.index.set(if at + 1 >= saved.len() { 0 } else { at + 1 });
    Ok(item)
}

// -- repeat ---------------------------------------------------------------------------

struct Repeat {
    object: Cell<Value>,
    /// None: for ever.
    times: Cell<Option<usize>>,
}
traced!(Repeat: object);

fn repeat_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("repeat", "(object, times=<unrepresentable>)");
    let [object, times] = PARAMS.bind(args)?;
    let times = if times.is_null() { None } else { Some(ssize(times)?.max(0) as usize) };
    Ok(Native::new(class, Repeat { object: Cell::new(object), times: Cell::new(times) }).value())
}

fn repeat_next(value: Value) -> R<Option<Value>> {
    let repeat = of::<Repeat>(value)?;
    match repeat.times.get() {
        Some(0) => return Ok(None),
        Some(times) => repeat.times.set(Some(times - 1)),
        None => {}
    }
    Ok(Some(repeat.object.get()))
}

fn repeat_repr(value: Value) -> R {
    let repeat = of::<Repeat>(value)?;
    let mut text = Text::new();
    text.push_ascii(&bare_name(value))?;
    text.push_ascii("(")?;
    text.push_repr(repeat.object.get())?;
    if let Some(times) = repeat.times.get() {
        text.push_ascii(&format!(", {times}"))?;
    }
    text.push_ascii(")")?;
    Ok(text.finish().value())
}

fn repeat_length_hint(args: &[Value]) -> R {
    match of::<Repeat>(args[0])?.times.get() {
        Some(times) => Ok(len_value(times)),
        None => Err(type_error("len() of unsized object")),
    }
}

static REPEAT: [NativeFunction; 1] = [method(
    "__length_hint__",
    "($self, /)",
    repeat_length_hint,
    "Private method returning an estimate of len(list(it)).",
)];

pub fn init(module: Gc<Module>) {
    add_class(
        module,
        "count",
        count_new,
        count_next,
        "Return a count object whose .__next__() method returns consecutive values.",
        |class| class.slots.repr.set(Some(count_repr)),
    );
    add_class(
        module,
        "cycle",
        cycle_new,
        cycle_next,
        "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
        plain,
    );
    add_class(
        module,
        "repeat",
        repeat_new,
        repeat_next,
        "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
        |class| {
            class.slots.repr.set(Some(repeat_repr));
            class.add_methods(&REPEAT);
        },
    );
}
