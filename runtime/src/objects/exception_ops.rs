//! What instructions do with exceptions: raising, context, matching, groups. Not here: the classes and their members (`exception_types.rs`).

use crate::error::{R, Raised, runtime_error, type_error};
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::exception::Exception;
use crate::objects::str::Str;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, intern, type_name, types};

/// The exception that `raise exc from cause` raises: an instance as it is, a class called without arguments. Errors are exceptions too.
pub fn raise_value(exc: Value, cause: Option<Value>) -> Raised {
    match instance_of(exc, "exceptions must derive from BaseException") {
        Ok(exception) => match cause {
            None => Raised(exception),
            Some(cause) => match set_cause(exception, cause) {
                Ok(()) => Raised(exception),
                Err(raised) => raised,
            },
        },
        Err(raised) => raised,
    }
}

fn instance_of(exc: Value, otherwise: &str) -> R<Gc<Exception>> {
    if let Some(exception) = exc.downcast::<Exception>() {
        return Ok(exception);
    }
    let Some(class) = exc.downcast::<Class>().filter(|class| class.is_subclass(types().base_exception)) else {
        return Err(type_error(otherwise));
    };
    let made = ops::call_positional(exc, &[])?;
    made.downcast::<Exception>().ok_or_else(|| {
        type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            repr_or_name(class),
            type_name(made)
        ))
    })
}
fn repr_or_name(class: Gc<Class>) -> String {
    ops::repr_string(class.value()).unwrap_or_else(|_| class.name())
}

fn set_cause(exception: Gc<Exception>, cause: Value) -> R<()> {
    let cause = if cause == NONE { NULL } else { instance_of(cause, "exception causes must derive from BaseException")?.value() };
    exception.cause.set(exception, cause);
    exception.suppress_context.set(true);
    Ok(())
}

/// `__context__` becomes the exception that is being handled now, without making a cycle.
pub fn set_context(raised: Raised) {
    let handled = crate::defs::handled();
    let Some(context) = handled.downcast::<Exception>() else { return };
    if context == raised.0 {
        return;
    }
    // Cut the chain where it comes back to the new exception (Floyd: a chain may be cyclic already).
    let (mut at, mut slow, mut step) = (context, context, false);
    while let Some(next) = at.context.get().downcast::<Exception>() {
        if next == raised.0 {
            at.context.set(at, NULL);
            break;
        }
        at = next;
        if step {
            match slow.context.get().downcast::<Exception>() {
                Some(next) => slow = next,
                None => break,
            }
            if slow == at {
                break;
            }
        }
        step = !step;
    }
    raised.0.context.set(raised.0, context.value());
}

/// `except class:`, with a tuple of classes too.
pub fn matches(exception: Value, class: Value) -> R<bool> {
    check_classes(class, "catching classes that do not inherit from BaseException is not allowed")?;
    let own = class_of(exception);
    Ok(match class.downcast::<Tuple>() {
        Some(classes) => classes.items().iter().any(|class| class.downcast::<Class>().is_some_and(|class| own.is_subclass(class))),
        None => class.downcast::<Class>().is_some_and(|class| own.is_subclass(class)),
    })
}
fn check_classes(class: Value, message: &str) -> R<()> {
    let is_exception = |value: &Value| value.downcast::<Class>().is_some_and(|class| class.is_subclass(types().base_exception));
    let good = match class.downcast::<Tuple>() {
        Some(classes) => classes.items().iter().all(is_exception),
        None => is_exception(&class),
    };
    if good { Ok(()) } else { Err(type_error(message)) }
}

/// `except* class:`: (rest, matched), each None when empty.
pub fn match_group(exception: Value, class: Value) -> R<(Value, Value)> {
    check_classes(class, "catching classes that do not inherit from BaseException is not allowed")?;
    let group = types().base_exception_group;
    let is_group = |value: Value| value.downcast::<Class>().is_some_and(|class| class.is_subclass(group));
    let any_group = match class.downcast::<Tuple>() {
        Some(classes) => classes.items().iter().any(|class| is_group(*class)),
        None => is_group(class),
    };
    if any_group {
        return Err(type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    if exception == NONE {
        return Ok((NONE, NONE));
    }
    if matches(exception, class)? {
        if class_of(exception).is_subclass(group) {
            return Ok((NONE, exception));
        }
        // A naked exception is wrapped, so that the handler always sees a group.
        let items = Tuple::from_slice(&[exception]);
        let wrapped = ops::call_positional(types().exception_group_for(exception).value(), &[crate::vm::names().empty.value(), items.value()])?;
        if let (Some(inner), Some(outer)) = (exception.downcast::<Exception>(), wrapped.downcast::<Exception>()) {
            outer.traceback.set(outer, inner.traceback.get());
        }
        return Ok((NONE, wrapped));
    }
    if !class_of(exception).is_subclass(group) {
        return Ok((exception, NONE));
    }
    let pair = ops::call_method(exception, intern("split"), &[class])?;
    match pair.downcast::<Tuple>().map(|pair| pair.items()) {
        Some([matched, rest, ..]) => Ok((*rest, *matched)),
        Some(_) => Err(type_error(format!("{}.split must return a 2-tuple, got tuple of size 1", type_name(exception)))),
        None => Err(type_error(format!("{}.split must return a tuple, not {}", type_name(exception), type_name(pair)))),
    }
}

/// The value that a StopIteration carries.
pub fn stop_value(raised: Raised) -> Value {
    let extra = raised.0.extra.get();
    if !extra.is_null() {
        return extra;
    }
    raised.0.args.get().downcast::<Tuple>().and_then(|args| args.items().first().copied()).unwrap_or(NONE)
}

/// Sets `name` of a NameError, for suggestions.
pub fn set_name(raised: Raised, name: Gc<Str>) -> Raised {
    raised.0.extra.set(raised.0, Tuple::from_slice(&[name.value()]).value());
    raised
}

/// StopIteration out of a generator's body becomes a RuntimeError (PEP 479); `what`: "generator", "coroutine", "async generator".
pub fn stop_iteration_error(exception: Value, what: &str) -> Raised {
    let Some(inner) = exception.downcast::<Exception>() else { return runtime_error("unreachable") };
    let sort = match Raised(inner) {
        r if r.is(types().stop_iteration) => "StopIteration",
        r if r.is(types().stop_async_iteration) && what == "async generator" => "StopAsyncIteration",
        r => return r,
    };
    let outer = runtime_error(format!("{what} raised {sort}"));
    outer.0.cause.set(outer.0, exception);
    outer.0.context.set(outer.0, exception);
    outer.0.suppress_context.set(true);
    outer
}

impl crate::vm::Types {
    /// ExceptionGroup for exceptions, BaseExceptionGroup for those that are only BaseExceptions.
    pub fn exception_group_for(&self, exception: Value) -> Gc<Class> {
        if class_of(exception).is_subclass(self.exception) { self.exception_group } else { self.base_exception_group }
    }
}
