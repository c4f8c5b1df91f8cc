//! Helpers of `opcodes/iterate.def`.

use super::{frame, or_raise, raise};
use crate::error::{R, type_error};
use crate::hooks::{Outcome, Resume, hooks};
use crate::objects::code::flags;
use crate::objects::generator::Generator;
use crate::objects::list::ListIter;
use crate::objects::support::is_exact_list;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{Thread, class_of, names, thread, type_name, types};

pub extern "C" fn get_iter(v: Value) -> Value {
    if is_exact_list(v) {
        return ListIter::new(v.cast()).value();
    }
    or_raise(ops::iter(v))
}
/// NULL: exhausted, or an exception is set.
pub extern "C" fn next_or_null(iterator: Value) -> Value {
    match ops::next(iterator) {
        Ok(Some(value)) => value,
        Ok(None) => NULL,
        Err(raised) => raise(raised),
    }
}
pub extern "C" fn take_yielded(v: Value) -> bool {
    let drain = thread().drain.get();
    // SAFETY: a frame is DRAINED while the loop that resumed it waits for it, which is the innermost such loop while the frame runs;
    // its `Drain` and the state that it names stand on the stack there.
    unsafe { ((*drain).take)((*drain).state, v) }
}
pub extern "C" fn get_len(v: Value) -> Value {
    or_raise(ops::len(v).map(|len| Value::int(len as i64)))
}
/// The iterator of `yield from`: a coroutine is allowed in a coroutine (or a generator marked as one) alone.
pub extern "C" fn get_yield_from_iter(thread: &Thread, v: Value) -> Value {
    let class = class_of(v);
    if class == types().generator {
        return v;
    }
    if class == types().coroutine {
        if frame(thread).code.flags.get() & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0 {
            return v;
        }
        return raise(type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
    }
    or_raise(ops::iter(v))
}
/// `from`: 1 after `async with ... __aenter__`, 2 after `__aexit__`.
pub extern "C" fn get_awaitable(v: Value, from: u32) -> Value {
    or_raise(awaitable(v, from))
}
fn awaitable(v: Value, from: u32) -> R {
    let class = class_of(v);
    let is_iterable_coroutine = |g: &Generator| g.frame.code.has_flag(flags::ITERABLE_COROUTINE);
    if class == types().coroutine || v.downcast::<Generator>().is_some_and(|g| class == types().generator && is_iterable_coroutine(&g)) {
        if let Some(coroutine) = v.downcast::<Generator>()
            && class == types().coroutine
            && coroutine.is_delegating()
        {
            return Err(crate::error::runtime_error("coroutine is being awaited already"));
        }
        return Ok(v);
    }
    let Some(slot) = class.slots.await_.get() else {
        return Err(type_error(match from {
            1 => format!("'async with' received an object from __aenter__ that does not implement __await__: {}", class.name()),
            2 => format!("'async with' received an object from __aexit__ that does not implement __await__: {}", class.name()),
            _ => format!("'{}' object can't be awaited", class.name()),
        }));
    };
    let iterator = slot(v)?;
    if class_of(iterator) == types().coroutine {
        return Err(type_error("__await__() returned a coroutine"));
    }
    if class_of(iterator).slots.next.get().is_none() {
        return Err(type_error(format!("__await__() returned non-iterator of type '{}'", type_name(iterator))));
    }
    Ok(iterator)
}
pub extern "C" fn get_aiter(v: Value) -> Value {
    let class = class_of(v);
    let Some(slot) = class.slots.aiter.get() else {
        return raise(type_error(format!("'async for' requires an object with __aiter__ method, got {}", class.name())));
    };
    or_raise(slot(v).and_then(|iterator| {
        if class_of(iterator).slots.anext.get().is_none() {
            return Err(type_error(format!(
                "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                type_name(iterator)
            )));
        }
        Ok(iterator)
    }))
}
pub extern "C" fn get_anext(v: Value) -> Value {
    let class = class_of(v);
    let Some(slot) = class.slots.anext.get() else {
        return raise(type_error(format!("'async for' requires an iterator with __anext__ method, got {}", class.name())));
    };
    or_raise(slot(v).and_then(|next| {
        awaitable(next, 0).map_err(|raised| {
            let outer = type_error(format!("'async for' received an invalid object from __anext__: {}", type_name(next)));
            outer.0.cause.set(outer.0, raised.value());
            outer.0.suppress_context.set(true);
            outer
        })
    }))
}

/// One step of the receiver. NULL: it has returned (its value waits in `sent_result`), or an exception is set.
pub extern "C" fn send(receiver: Value, v: Value) -> Value {
    match send_step(receiver, v) {
        Ok(Outcome::Yielded(value)) => value,
        Ok(Outcome::Returned(value)) => {
            crate::vm::vm().sent_result.set(value);
            NULL
        }
        Err(raised) => raise(raised),
    }
}
/// What the receiver of `send` returned; NULL when it raised.
pub extern "C" fn sent_result() -> Value {
    crate::vm::vm().sent_result.replace(NULL)
}
fn send_step(receiver: Value, v: Value) -> R<Outcome> {
    let class = class_of(receiver);
    if class == types().generator || class == types().coroutine {
        return (hooks().resume_generator)(receiver.cast::<Generator>(), Resume::Send(v));
    }
    if let Some(slot) = class.slots.send.get() {
        return Ok(match slot(receiver, v)? {
            Ok(yielded) => Outcome::Yielded(yielded),
            Err(returned) => Outcome::Returned(returned),
        });
    }
    let result = if v == NONE && class.slots.next.get().is_some() {
        ops::next(receiver)
    } else {
        ops::call_method(receiver, names().send, &[v]).map(Some)
    };
    match result {
        Ok(Some(value)) => Ok(Outcome::Yielded(value)),
        // An iterator written in Rust ends without a value; a `__next__` in Python leaves its StopIteration behind.
        Ok(None) => {
            let value = crate::vm::vm().stop_value.replace(NULL).option().unwrap_or(NONE);
            super::instrument::monitor_sent(receiver, value)?;
            Ok(Outcome::Returned(value))
        }
        Err(raised) if raised.is(types().stop_iteration) => Ok(Outcome::Returned(crate::objects::exception::stop_value(raised))),
        Err(raised) => Err(raised),
    }
}
