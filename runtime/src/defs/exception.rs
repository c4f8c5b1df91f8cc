//! Helpers of `opcodes/exception.def`.

use super::{ok_or_raise, or_raise, raise};
use crate::error::{Raised, runtime_error, type_error};
use crate::objects::exception::{self, Exception};
use crate::objects::exception_group;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{ExcInfo, Thread, class_of, names, thread, types};

fn current() -> &'static ExcInfo {
    // SAFETY: the list of items always has the thread's own at its end; an item lives as long as its generator runs.
    unsafe { &*thread().exc_info.get() }
}
/// The exception that is being handled now, in this frame or a caller.
pub fn handled() -> Value {
    let mut info = thread().exc_info.get();
    while !info.is_null() {
        // SAFETY: as in `current`.
        let item = unsafe { &*info };
        if !item.value.get().is_null() && item.value.get() != NONE {
            return item.value.get();
        }
        info = item.previous.get();
    }
    NULL
}

/// `raise`, `raise exc`, `raise exc from cause`. An exception is set in any case.
pub extern "C" fn raise_exception(_thread: &Thread, values: *const Value, count: u32) -> bool {
    // SAFETY: the handler passes `count` slots.
    let raised = match *unsafe { super::slots(values, count) } {
        [] => match handled().downcast::<Exception>() {
            Some(exception) => {
                // Raised anew as it is: its traceback goes on, its context stays.
                thread().raised.set(exception.value());
                crate::vm::vm().reraising.set(true);
                return false;
            }
            None => runtime_error("No active exception to reraise"),
        },
        [exc] => exception::raise_value(exc, None),
        [exc, cause, ..] => exception::raise_value(exc, Some(cause)),
    };
    exception::set_context(raised);
    raise(raised);
    false
}
/// `lasti` is where the exception was raised first: the traceback has that place already, and the handler is that of the RERAISE itself.
pub extern "C" fn reraise(thread: &Thread, exception: Value, _lasti: Value) {
    thread.raised.set(exception);
    crate::vm::vm().reraising.set(true);
}
pub extern "C" fn push_exc_info(exception: Value) -> Value {
    let info = current();
    let previous = info.value.replace(exception);
    if previous.is_null() { NONE } else { previous }
}
pub extern "C" fn pop_except(previous: Value) {
    current().value.set(if previous == NONE { NULL } else { previous });
}
pub extern "C" fn check_exc_match(exception: Value, class: Value) -> Value {
    or_raise(exception::matches(exception, class).map(Value::bool))
}
/// The rest of the group (or None), and what matched (or None).
pub extern "C" fn check_eg_match(exception: Value, class: Value, slots: *mut Value) -> bool {
    let result = exception_group::star_match(exception, class).map(|(rest, matched)| {
        // SAFETY: the handler passes two slots.
        unsafe {
            *slots = rest;
            *slots.add(1) = matched;
        }
        if matched != NONE {
            current().value.set(matched);
        }
    });
    ok_or_raise(result)
}
pub extern "C" fn with_except_start(exit: Value, self_or_null: Value, exception: Value) -> Value {
    let class = class_of(exception).value();
    let traceback = exception.downcast::<Exception>().map_or(NONE, |e| ops::or_none(e.traceback.get()));
    if self_or_null.is_null() {
        return or_raise(ops::call_positional(exit, &[class, exception, traceback]));
    }
    or_raise(ops::call_positional(exit, &[self_or_null, class, exception, traceback]))
}

/// CPython's `_PyEval_SpecialMethods`.
pub extern "C" fn load_special(owner: Value, which: u32, slots: *mut Value) -> bool {
    let name = match which {
        0 => names().__enter__,
        1 => names().__exit__,
        2 => names().__aenter__,
        _ => names().__aexit__,
    };
    let found = match class_of(owner).lookup(name) {
        Some(found) if found.is::<crate::objects::function::Function>() => Ok(Some((found, owner))),
        _ => ops::lookup_special(owner, name).map(|found| found.map(|bound| (bound, NULL))),
    };
    match found {
        Ok(Some((callable, this))) => {
            // SAFETY: the handler passes two slots.
            unsafe {
                *slots = callable;
                *slots.add(1) = this;
            }
            true
        }
        Ok(None) => ok_or_raise(Err(no_context_manager(owner, which))),
        Err(raised) => ok_or_raise(Err(raised)),
    }
}
#[cold]
fn no_context_manager(owner: Value, which: u32) -> Raised {
    let class = class_of(owner);
    let name = class.name();
    let has = |name| class.lookup(name).is_some();
    let (sort, other, missing) = match which {
        0 => ("context manager", "asynchronous context manager", "__enter__"),
        1 => ("context manager", "asynchronous context manager", "__exit__"),
        2 => ("asynchronous context manager", "context manager", "__aenter__"),
        _ => ("asynchronous context manager", "context manager", "__aexit__"),
    };
    let offers_other = if which < 2 {
        has(names().__aenter__) && has(names().__aexit__)
    } else {
        has(names().__enter__) && has(names().__exit__)
    };
    let hint = match (offers_other, which < 2) {
        (false, _) => String::new(),
        (true, true) => format!(" but it supports the {other} protocol. Did you mean to use 'async with'?"),
        (true, false) => format!(" but it supports the {other} protocol. Did you mean to use 'with'?"),
    };
    type_error(format!("'{name}' object does not support the {sort} protocol (missed {missing} method){hint}"))
}

/// The value of a StopIteration; any other exception goes on.
pub extern "C" fn cleanup_throw(_thread: &Thread, exception: Value) -> Value {
    match exception.downcast::<Exception>() {
        Some(e) if Raised(e).is(types().stop_iteration) => exception::stop_value(Raised(e)),
        _ => {
            thread().raised.set(exception);
            crate::vm::vm().reraising.set(true);
            NULL
        }
    }
}
pub extern "C" fn end_async_for(_thread: &Thread, exception: Value) -> bool {
    match exception.downcast::<Exception>() {
        Some(e) if Raised(e).is(types().stop_async_iteration) => true,
        _ => {
            thread().raised.set(exception);
            crate::vm::vm().reraising.set(true);
            false
        }
    }
}

// -- patterns ------------------------------------------------------------------------------

pub extern "C" fn match_sequence(subject: Value) -> bool {
    has_flag(subject, crate::objects::class::flags::SEQUENCE)
}
pub extern "C" fn match_mapping(subject: Value) -> bool {
    has_flag(subject, crate::objects::class::flags::MAPPING)
}
fn has_flag(subject: Value, flag: u32) -> bool {
    class_of(subject).mro_classes().any(|class| class.has_flag(flag))
}
/// The values of the keys in a tuple, or None.
pub extern "C" fn match_keys(subject: Value, keys: Value) -> Value {
    or_raise(crate::pattern::keys(subject, keys))
}
/// The attributes in a tuple, or None.
pub extern "C" fn match_class(subject: Value, class: Value, names: Value, count: u32) -> Value {
    or_raise(crate::pattern::class(subject, class, names, count as usize))
}
