//! The module `builtins`: its functions by topic, its classes and constants, and what the runtime itself uses of them.

pub mod functions;
mod setup;

pub use setup::{module, namespace, start};

use crate::error::R;
use crate::object::Gc;
use crate::objects::dict::Dict;
use crate::objects::list::List;
use crate::value::Value;
use crate::vm::thread;

/// The globals of the running Python code; None when none runs.
pub fn current_globals() -> Option<Gc<Dict>> {
    let frame = thread().frame.get();
    if frame.is_null() {
        return None;
    }
    // SAFETY: the thread's frame is live while control is outside of the handlers.
    Some(unsafe { (*frame).globals() })
}

/// `sorted(iterable)`.
pub fn sorted_list(iterable: Value) -> R<Gc<List>> {
    let list = crate::ops::collect(iterable)?;
    crate::objects::list_sort::sort(list, None, false)?;
    Ok(list)
}

/// `list(dict)`.
pub fn keys_list(dict: Gc<Dict>) -> R<Gc<List>> {
    let list = List::new();
    let mut at = 0;
    while let Some((next, key, _)) = dict.next_entry(at) {
        list.push(key)?;
        at = next;
    }
    Ok(list)
}

/// `dir(value)`.
pub fn dir_of(value: Value) -> R<Gc<List>> {
    match crate::ops::call_special(value, crate::vm::names().__dir__, &[])? {
        Some(names) => sorted_list(names),
        None => Err(crate::error::type_error("object does not provide __dir__")),
    }
}
