//! Generators and coroutines as Python sees them: send, throw, close, their attributes. Not here: running (`interp`), async generators
//! (`generator_async.rs`).

use crate::args::Args;
use crate::error::{R, Raised, runtime_error, stop_iteration, type_error, value_error};
use crate::heap::Marker;
use crate::hooks::{Outcome, Resume, hooks};
use crate::object::Gc;
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, getset, member, method, raw_method};
use crate::objects::class::Class;
use crate::objects::exception::{self, Exception};
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::str::{self, Str};
use crate::objects::traceback::Traceback;
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use crate::vm::{class_of, names, type_name, types};

static GENERATOR_METHODS: [NativeFunction; 4] = [
    method("send", "($self, value, /)", |a| send(a[0], a[1]), "Resumes with a value, and returns the next yielded one."),
    raw_method("throw", throw_method, "Raises an exception inside, and returns the next yielded value."),
    method("close", "($self, /)", |a| close(this(a[0])?), "Raises GeneratorExit inside."),
    class_method("__class_getitem__", "($cls, item, /)", |a| crate::objects::generic_alias::new(a[0], a[1]), "See PEP 585"),
];
static COMMON: [NativeAttribute; 2] = [
    getset("__name__", |v| Ok(this(v)?.name.get()), Some(set_name), "name of the generator"),
    getset("__qualname__", |v| Ok(this(v)?.qualname.get()), Some(set_qualname), "qualified name of the generator"),
];
static GENERATOR: [NativeAttribute; 5] = [
    getset("gi_yieldfrom", |v| Ok(delegate(this(v)?).unwrap_or(NONE)), None, "object being iterated by yield from, or None"),
    getset("gi_running", is_running, None, ""),
    getset("gi_frame", frame_of, None, ""),
    getset("gi_suspended", is_suspended, None, ""),
    getset("gi_code", code_of, None, ""),
];
static COROUTINE: [NativeAttribute; 6] = [
    getset("cr_await", |v| Ok(delegate(this(v)?).unwrap_or(NONE)), None, "object being awaited on, or None"),
    getset("cr_running", is_running, None, ""),
    getset("cr_frame", frame_of, None, ""),
    getset("cr_code", code_of, None, ""),
    getset("cr_suspended", is_suspended, None, ""),
    member("cr_origin", |v| Ok(crate::ops::or_none(this(v)?.origin.get())), None, ""),
];

pub fn init() {
    let (generator, coroutine) = (types().generator, types().coroutine);
    for class in [generator, coroutine] {
        class.slots.repr.set(Some(repr));
        class.slots.send.set(Some(send_slot));
        class.slots.finalize.set(Some(finalize));
        class.add_methods(&GENERATOR_METHODS);
        class.add_attributes(&COMMON);
    }
    generator.slots.iter.set(Some(Ok));
    generator.slots.next.set(Some(next));
    generator.add_attributes(&GENERATOR);
    coroutine.slots.await_.set(Some(|value| Ok(Native::new(types().coroutine_wrapper, Wrapper { coroutine: value }).value())));
    coroutine.add_attributes(&COROUTINE);
    init_wrapper();
}

pub fn this(value: Value) -> R<Gc<Generator>> {
    value.downcast::<Generator>().ok_or_else(|| type_error(format!("a generator is expected, not '{}'", type_name(value))))
}
/// "generator", "coroutine" or "async generator", for messages.
pub fn sort(generator: Gc<Generator>) -> &'static str {
    let class = class_of(generator.value());
    if class == types().coroutine {
        "coroutine"
    } else if class == types().async_generator {
        "async generator"
    } else {
        "generator"
    }
}

// -- attributes ------------------------------------------------------------------------

pub fn repr(value: Value) -> R {
    let generator = this(value)?;
    let name = crate::ops::str_string(generator.qualname.get())?;
    let what = type_name(value);
    Ok(str::new(&format!("<{what} object {name} at {:#x}>", value.0)).value())
}
fn set_name(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to.filter(|to| to.is::<Str>()) else { return Err(type_error("__name__ must be set to a string object")) };
    let this = this(value)?;
    this.name.set(this, to);
    Ok(())
}
fn set_qualname(value: Value, to: Option<Value>) -> R<()> {
    let Some(to) = to.filter(|to| to.is::<Str>()) else { return Err(type_error("__qualname__ must be set to a string object")) };
    let this = this(value)?;
    this.qualname.set(this, to);
    Ok(())
}
pub static NAME_ATTRIBUTES: &[NativeAttribute; 2] = &COMMON;

pub fn is_running(value: Value) -> R {
    Ok(Value::bool(this(value)?.state.get() == GeneratorState::Running))
}
pub fn is_suspended(value: Value) -> R {
    Ok(Value::bool(this(value)?.state.get() == GeneratorState::Suspended))
}
pub fn code_of(value: Value) -> R {
    Ok(this(value)?.frame.code.value())
}
pub fn frame_of(value: Value) -> R {
    crate::objects::frame::of_generator(this(value)?)
}
/// What a suspended generator iterates (`yield from`, `await`).
pub fn delegate(generator: Gc<Generator>) -> Option<Value> {
    if !generator.is_delegating() || generator.frame.depth() == 0 {
        return None;
    }
    // SAFETY: the operand stack is not empty.
    unsafe { *generator.frame.sp.get().sub(1) }.option()
}

// -- running ---------------------------------------------------------------------------

pub fn resume(generator: Gc<Generator>, resume: Resume) -> R<Outcome> {
    (hooks().resume_generator)(generator, resume)
}
/// A return is a StopIteration.
fn to_result(outcome: Outcome) -> R {
    match outcome {
        Outcome::Yielded(value) => Ok(value),
        Outcome::Returned(value) => Err(stop_iteration_of(value)),
    }
}
/// StopIteration with the value as it is: a tuple is one value.
pub fn stop_iteration_of(value: Value) -> Raised {
    stop_iteration(value)
}
fn send(value: Value, sent: Value) -> R {
    to_result(resume(this(value)?, Resume::Send(sent))?)
}
fn send_slot(value: Value, sent: Value) -> R<Result<Value, Value>> {
    Ok(match resume(this(value)?, Resume::Send(sent))? {
        Outcome::Yielded(value) => Ok(value),
        Outcome::Returned(value) => Err(value),
    })
}
fn next(value: Value) -> R<Option<Value>> {
    (hooks().next_of_generator)(value.cast::<Generator>(), None)
}

fn throw_method(args: Args<'_>) -> R {
    let (value, rest) = crate::objects::support::split_self(args, "throw")?;
    let raised = thrown(rest)?;
    to_result(throw(this(value)?, raised, true)?)
}
/// The exception of `throw(exception)` or `throw(type[, value[, traceback]])`.
pub fn thrown(args: Args<'_>) -> R<Raised> {
    let args = crate::objects::support::positional(args, "throw", 1, 3)?;
    if args.len() > 1 {
        crate::warn::deprecated("the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.")?;
    }
    let kind = args[0];
    let value = args.get(1).copied().unwrap_or(NONE);
    let traceback = args.get(2).copied().filter(|traceback| !traceback.is_none());
    if traceback.is_some_and(|traceback| !traceback.is::<Traceback>()) {
        return Err(type_error("throw() third argument must be a traceback object"));
    }
    let exception = if let Some(class) = kind.downcast::<Class>()
        && class.is_subclass(types().base_exception)
    {
        let made = match value.downcast::<Tuple>() {
            _ if value.is_none() => crate::ops::call_positional(kind, &[])?,
            _ if class_of(value).is_subclass(class) => value,
            Some(tuple) => crate::ops::call_positional(kind, tuple.items())?,
            None => crate::ops::call_positional(kind, &[value])?,
        };
        made.downcast::<Exception>().ok_or_else(|| {
            type_error(format!("calling {} should have returned an instance of BaseException, not {}", class.name(), type_name(made)))
        })?
    } else if let Some(exception) = kind.downcast::<Exception>() {
        if !value.is_none() {
            return Err(type_error("instance exception may not have a separate value"));
        }
        exception
    } else {
        return Err(type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            type_name(kind)
        )));
    };
    if let Some(traceback) = traceback {
        exception.traceback.set(exception, traceback);
    }
    Ok(Raised(exception))
}

/// Raises the exception where the generator stands; in what it iterates, where it does. `closes`: GeneratorExit closes that first.
pub fn throw(generator: Gc<Generator>, raised: Raised, closes: bool) -> R<Outcome> {
    let Some(inner) = delegate(generator) else { return throw_here(generator, raised) };
    if raised.is(types().generator_exit) && closes {
        return match while_running(generator, || close_any(inner)) {
            Ok(_) => throw_here(generator, raised),
            Err(other) => throw_here(generator, other),
        };
    }
    let thrown = if let Some(own) = inner.downcast::<Generator>()
        && (class_of(inner) == types().generator || class_of(inner) == types().coroutine)
    {
        while_running(generator, || to_result(throw(own, raised, closes)?))
    } else {
        let Some(method) = crate::ops::getattr_opt(inner, names().throw)? else { return throw_here(generator, raised) };
        while_running(generator, || crate::ops::call_positional(method, &[raised.value()]))
    };
    match thrown {
        Ok(value) => Ok(Outcome::Yielded(value)),
        // The compiled loop of `yield from` turns a StopIteration into the value.
        Err(raised) => resume(generator, Resume::Throw(raised)),
    }
}
fn throw_here(generator: Gc<Generator>, raised: Raised) -> R<Outcome> {
    match generator.state.get() {
        GeneratorState::Finished if class_of(generator.value()) == types().coroutine => {
            return Err(runtime_error("cannot reuse already awaited coroutine"));
        }
        _ => exception::set_context(raised),
    }
    resume(generator, Resume::Throw(raised))
}
/// The generator counts as running while what it iterates is worked on.
fn while_running<T>(generator: Gc<Generator>, work: impl FnOnce() -> R<T>) -> R<T> {
    generator.state.set(GeneratorState::Running);
    let result = work();
    generator.state.set(GeneratorState::Suspended);
    result
}
/// `iterator.close()`, where there is one.
fn close_any(iterator: Value) -> R<()> {
    if let Some(own) = iterator.downcast::<Generator>()
        && (class_of(iterator) == types().generator || class_of(iterator) == types().coroutine)
    {
        return close(own).map(|_| ());
    }
    match crate::ops::getattr_opt(iterator, names().close)? {
        Some(close) => crate::ops::call_positional(close, &[]).map(|_| ()),
        None => Ok(()),
    }
}
/// Forgets all that a generator would need to go on.
pub fn finish(generator: Gc<Generator>) {
    generator.state.set(GeneratorState::Finished);
}
/// `close()`: the value that it returns.
pub fn close(generator: Gc<Generator>) -> R {
    match generator.state.get() {
        GeneratorState::Created => {
            finish(generator);
            return Ok(NONE);
        }
        GeneratorState::Finished => return Ok(NONE),
        GeneratorState::Running => return Err(value_error(format!("{} already executing", sort(generator)))),
        GeneratorState::Suspended => {}
    }
    let mut raised = Raised::with_args(types().generator_exit, &[]);
    if let Some(inner) = delegate(generator)
        && let Err(other) = while_running(generator, || close_any(inner))
    {
        raised = other;
    }
    match throw_here(generator, raised) {
        Ok(Outcome::Yielded(_)) => Err(runtime_error(format!("{} ignored GeneratorExit", sort(generator)))),
        Ok(Outcome::Returned(value)) => Ok(value),
        Err(raised) if raised.is(types().stop_iteration) => Ok(exception::stop_value(raised)),
        Err(raised) if raised.is(types().generator_exit) => Ok(NONE),
        Err(raised) => Err(raised),
    }
}
fn finalize(value: Value) -> R<()> {
    let generator = this(value)?;
    match generator.state.get() {
        GeneratorState::Suspended => close(generator).map(drop),
        GeneratorState::Created if class_of(value) == types().coroutine => {
            finish(generator);
            // As CPython: the warning is the library's, which knows where the coroutine was made when that is traced.
            let warnings = crate::import::import_module("warnings")?;
            let warn = crate::ops::getattr(warnings, crate::vm::intern("_warn_unawaited_coroutine"))?;
            crate::ops::call_positional(warn, &[value]).map(drop)
        }
        _ => Ok(()),
    }
}

// -- coroutine_wrapper -----------------------------------------------------------------

/// What `coroutine.__await__()` answers.
struct Wrapper {
    coroutine: Value,
}
impl NativeObject for Wrapper {
    fn trace(&self, m: &mut Marker) {
        m.value(self.coroutine);
    }
}
static WRAPPER_METHODS: [NativeFunction; 3] = [
    method("send", "($self, value, /)", |a| send(wrapped(a[0])?, a[1]), ""),
    raw_method("throw", |args| {
        let (value, rest) = crate::objects::support::split_self(args, "throw")?;
        let raised = thrown(rest)?;
        to_result(throw(this(wrapped(value)?)?, raised, true)?)
    }, ""),
    method("close", "($self, /)", |a| close(this(wrapped(a[0])?)?), ""),
];
fn wrapped(value: Value) -> R {
    downcast::<Wrapper>(value).map(|wrapper| wrapper.coroutine).ok_or_else(|| type_error("coroutine_wrapper expected"))
}
fn init_wrapper() {
    let class = types().coroutine_wrapper;
    class.slots.iter.set(Some(Ok));
    class.slots.next.set(Some(|value| next(wrapped(value)?)));
    class.slots.send.set(Some(|value, sent| send_slot(wrapped(value)?, sent)));
    class.add_methods(&WRAPPER_METHODS);
}
