//! compress, dropwhile, takewhile, filterfalse, starmap, islice.

use super::{add_class, plain};
use crate::args::Args;
use crate::error::{R, value_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::module::Module;
use crate::objects::native::Native;
use crate::objects::support::{Params, of, positional, ssize};
use crate::objects::tuple_methods;
use crate::ops;
use crate::traced;
use crate::value::{NONE, NULL, Value};
use crate::vm::types;
use core::cell::Cell;

/// A function and the iterator that it is applied to.
struct Applied {
    function: Cell<Value>,
    iterator: Cell<Value>,
    /// dropwhile: the first item that stays was seen. takewhile: the first that goes was.
    turned: Cell<bool>,
}
traced!(Applied: function, iterator);

fn applied(class: Gc<Class>, args: Args<'_>, name: &str) -> R {
    let given = positional(args, name, 2, 2)?;
    let iterator = ops::iter(given[1])?;
    let object = Applied {
        function: Cell::new(given[0]),
        iterator: Cell::new(iterator),
        turned: Cell::new(false),
    };
    Ok(Native::new(class, object).value())
}

impl Applied {
    fn next(&self) -> R<Option<Value>> {
        ops::next(self.iterator.get())
    }
    fn accepts(&self, item: Value) -> R<bool> {
        ops::truth(ops::call_positional(self.function.get(), &[item])?)
    }
}

fn dropwhile_new(class: Gc<Class>, args: Args<'_>) -> R {
    applied(class, args, "dropwhile")
}
fn dropwhile_next(value: Value) -> R<Option<Value>> {
    let it = of::<Applied>(value)?;
    while let Some(item) = it.next()? {
        if it.turned.get() {
            return Ok(Some(item));
        }
        if !it.accepts(item)? {
            it.turned.set(true);
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn takewhile_new(class: Gc<Class>, args: Args<'_>) -> R {
    applied(class, args, "takewhile")
}
fn takewhile_next(value: Value) -> R<Option<Value>> {
    let it = of::<Applied>(value)?;
    if it.turned.get() {
        return Ok(None);
    }
    let Some(item) = it.next()? else { return Ok(None) };
    if it.accepts(item)? {
        return Ok(Some(item));
    }
    it.turned.set(true);
    Ok(None)
}

fn filterfalse_new(class: Gc<Class>, args: Args<'_>) -> R {
    applied(class, args, "filterfalse")
}
fn filterfalse_next(value: Value) -> R<Option<Value>> {
    let it = of::<Applied>(value)?;
    let function = it.function.get();
    let by_truth = function == NONE || function == types().bool_.value();
    while let Some(item) = it.next()? {
        let kept = if by_truth { ops::truth(item)? } else { it.accepts(item)? };
        if !kept {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn starmap_new(class: Gc<Class>, args: Args<'_>) -> R {
    applied(class, args, "starmap")
}
fn starmap_next(value: Value) -> R<Option<Value>> {
    let it = of::<Applied>(value)?;
    let Some(item) = it.next()? else { return Ok(None) };
    let args = tuple_methods::from_iterable(item)?;
    ops::call_positional(it.function.get(), args.items()).map(Some)
}

// -- compress ----------------------------------------------------------------------------

struct Compress {
    data: Cell<Value>,
    selectors: Cell<Value>,
}
traced!(Compress: data, selectors);

fn compress_new(class: Gc<Class>, args: Args<'_>) -> R {
    static PARAMS: Params = Params::new("compress", "(data, selectors)");
    let [data, selectors] = PARAMS.bind(args)?;
    let (data, selectors) = (ops::iter(data)?, ops::iter(selectors)?);
    Ok(Native::new(class, Compress { data: Cell::new(data), selectors: Cell::new(selectors) })
        .value())
}

fn compress_next(value: Value) -> R<Option<Value>> {
    let it = of::<Compress>(value)?;
    loop {
        let Some(item) = ops::next(it.data.get())? else { return Ok(None) };
        let Some(selector) = ops::next(it.selectors.get())? else { return Ok(None) };
        if ops::truth(selector)? {
            return Ok(Some(item));
        }
    }
}

// -- islice --------------------------------------------------------------------------------

struct Islice {
    /// NULL once it has ended.
    iterator: Cell<Value>,
    /// Items taken from the iterator.
    taken: Cell<usize>,
    /// The number of the next item to be handed out.
    next: Cell<usize>,
    stop: Option<usize>,
    step: usize,
}
traced!(Islice: iterator);

/// None for what is no index; the caller says which message that has.
fn bound(value: Value) -> Option<isize> {
    if crate::objects::int::is_any_int(value)
        || crate::vm::class_of(value).slots.index.get().is_some()
    {
        ssize(value).ok()
    } else {
        None
    }
}

fn islice_new(class: Gc<Class>, args: Args<'_>) -> R {
    let given = positional(args, "islice", 2, 4)?;
    let (start, stop, step) = match given[1..] {
        [stop] => (NONE, stop, NONE),
        [start, stop] => (start, stop, NONE),
        [start, stop, step] => (start, stop, step),
        _ => (NONE, NONE, NONE),
    };
    let start = if start == NONE { 0 } else { bound(start).unwrap_or(-1) };
    let stop = match stop {
        NONE => None,
        stop => match bound(stop) {
            None | Some(-1) => {
                return Err(value_error(
                    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
                ));
            }
            stop => stop,
        },
    };
    if start < 0 || stop.is_some_and(|stop| stop < 0) {
        return Err(value_error(
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        ));
    }
    let step = if step == NONE { 1 } else { bound(step).unwrap_or(-1) };
    if step < 1 {
        return Err(value_error("Step for islice() must be a positive integer or None."));
    }
    let object = Islice {
        iterator: Cell::new(ops::iter(given[0])?),
        taken: Cell::new(0),
        next: Cell::new(start as usize),
        stop: stop.map(|stop| stop as usize),
        step: step as usize,
    };
    Ok(Native::new(class, object).value())
}

fn islice_next(value: Value) -> R<Option<Value>> {
    let it = of::<Islice>(value)?;
    let Some(iterator) = it.iterator.get().option() else { return Ok(None) };
    let end = || {
        it.iterator.set(NULL);
        Ok(None)
    };
    while it.taken.get() < it.next.get() {
        if ops::next(iterator)?.is_none() {
            return end();
        }
        it.taken.set(it.taken.get() + 1);
    }
    if it.stop.is_some_and(|stop| it.taken.get() >= stop) {
        return end();
    }
    let Some(item) = ops::next(iterator)? else { return end() };
    it.taken.set(it.taken.get() + 1);
    let next = it.next.get().saturating_add(it.step);
    it.next.set(it.stop.map_or(next, |stop| next.min(stop)));
    Ok(Some(item))
}

pub fn init(module: Gc<Module>) {
    add_class(
        module,
        "compress",
        compress_new,
        compress_next,
        "Return data elements corresponding to true selector elements.",
        plain,
    );
    add_class(
        module,
        "dropwhile",
        dropwhile_new,
        dropwhile_next,
        "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.",
        plain,
    );
    add_class(
        module,
        "takewhile",
        takewhile_new,
        takewhile_next,
        "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
        plain,
    );
    add_class(
        module,
        "filterfalse",
        filterfalse_new,
        filterfalse_next,
        "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
        plain,
    );
    add_class(
        module,
        "starmap",
        starmap_new,
        starmap_next,
        "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
        plain,
    );
    add_class(
        module,
        "islice",
        islice_new,
        islice_next,
        "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.",
        plain,
    );
}
