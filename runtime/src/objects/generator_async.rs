//! Async generators as Python sees them: the awaitables of `asend`, `athrow`, `aclose` and `__anext__`, and the hooks of the event loop.

use crate::args::Args;
use crate::error::{R, Raised, runtime_error, type_error};
use crate::heap::Marker;
use crate::hooks::{Outcome, Resume};
use crate::object::Gc;
use crate::objects::async_wrap;
use crate::objects::builtin::{NativeAttribute, NativeFunction, class_method, getset, method, raw_method};
use crate::objects::class::{Class, flags};
use crate::objects::exception;
use crate::objects::generator::{Generator, GeneratorState};
use crate::objects::generator_methods::{self as generator, sort, this, thrown};
use crate::objects::list::List;
use crate::objects::native::{Native, NativeObject, downcast};
use crate::objects::native_class;
use crate::value::{NONE, NULL, Value};
use crate::vm::types;
use core::cell::{Cell, OnceCell};

static METHODS: [NativeFunction; 4] = [
    method("asend", "($self, value, /)", |a| awaitable(a[0], Step::Send(a[1])), "asend(v) -> send 'v' in generator."),
    raw_method("athrow", athrow, "Raises an exception inside."),
    method("aclose", "($self, /)", |a| awaitable(a[0], Step::Close), "aclose() -> raise GeneratorExit inside generator."),
    class_method("__class_getitem__", "($cls, item, /)", |a| crate::objects::generic_alias::new(a[0], a[1]), "See PEP 585"),
];
static ATTRIBUTES: [NativeAttribute; 5] = [
    getset("ag_await", |v| Ok(generator::delegate(this(v)?).unwrap_or(NONE)), None, "object being awaited on, or None"),
    getset("ag_frame", generator::frame_of, None, ""),
    getset("ag_code", generator::code_of, None, ""),
    getset("ag_suspended", generator::is_suspended, None, ""),
    getset("ag_running", |v| Ok(Value::bool(this(v)?.running_async.get())), None, ""),
];

thread_local! {
    /// `async_generator_asend`, `async_generator_athrow`.
    static CLASSES: OnceCell<(Gc<Class>, Gc<Class>)> = const { OnceCell::new() };
    /// `sys.set_asyncgen_hooks`: firstiter and finalizer, in a list that lives as long as the VM.
    static HOOKS: OnceCell<Gc<List>> = const { OnceCell::new() };
}

pub fn init() {
    let class = types().async_generator;
    class.slots.repr.set(Some(generator::repr));
    class.slots.aiter.set(Some(Ok));
    class.slots.anext.set(Some(|value| awaitable(value, Step::Send(NONE))));
    class.slots.finalize.set(Some(|_| Ok(())));
    class.add_methods(&METHODS);
    class.add_attributes(&ATTRIBUTES);
    class.add_attributes(generator::NAME_ATTRIBUTES);
}

fn hook_list() -> Gc<List> {
    HOOKS.with(|hooks| {
        *hooks.get_or_init(|| {
            let list = List::new();
            // Two words, at the start of a program.
            let _ = list.extend_from_slice(&[NONE, NONE]);
            crate::vm::keep(list.value());
            list
        })
    })
}
/// `sys.get_asyncgen_hooks()`: firstiter and finalizer.
pub fn hooks() -> (Value, Value) {
    let list = hook_list();
    (list.get(0).unwrap_or(NONE), list.get(1).unwrap_or(NONE))
}
pub fn set_hooks(firstiter: Option<Value>, finalizer: Option<Value>) {
    let list = hook_list();
    if let Some(firstiter) = firstiter {
        list.set(0, firstiter);
    }
    if let Some(finalizer) = finalizer {
        list.set(1, finalizer);
    }
}
/// The first step of an async generator makes it known to the event loop.
fn init_hooks(of: Gc<Generator>) -> R<()> {
    if of.hooks_inited.replace(true) {
        return Ok(());
    }
    let (firstiter, finalizer) = hooks();
    if !finalizer.is_none() {
        of.finalizer.set(of, finalizer);
    }
    if !firstiter.is_none() {
        crate::ops::call_positional(firstiter, &[of.value()])?;
    }
    Ok(())
}

// -- the awaitables --------------------------------------------------------------------

#[derive(Clone, Copy)]
enum Step {
    Send(Value),
    Throw(Raised),
    Close,
}
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Init,
    Iterating,
    Closed,
}
struct Awaitable {
    generator: Gc<Generator>,
    step: Step,
    state: Cell<State>,
}
impl NativeObject for Awaitable {
    fn trace(&self, m: &mut Marker) {
        m.object(self.generator);
        match self.step {
            Step::Send(value) => m.value(value),
            Step::Throw(raised) => m.value(raised.value()),
            Step::Close => {}
        }
    }
}

static AWAITABLE_METHODS: [NativeFunction; 3] = [
    method("send", "($self, value, /)", |a| send(of(a[0])?, a[1]), ""),
    raw_method("throw", |args| {
        let (value, rest) = crate::objects::support::split_self(args, "throw")?;
        throw(of(value)?, rest)
    }, ""),
    method("close", "($self, /)", |a| close(of(a[0])?), ""),
];
fn make_class(name: &str) -> Gc<Class> {
    native_class::new("builtins", name, flags::DISALLOW_INSTANTIATION, |class| {
        class.slots.iter.set(Some(Ok));
        class.slots.await_.set(Some(Ok));
        class.slots.next.set(Some(|value| step_or_end(of(value)?, NONE)));
        class.slots.finalize.set(Some(|_| Ok(())));
        class.add_methods(&AWAITABLE_METHODS);
    })
}
fn of(value: Value) -> R<&'static Awaitable> {
    downcast::<Awaitable>(value).ok_or_else(|| type_error("an awaitable of an async generator is expected"))
}
fn awaitable(value: Value, step: Step) -> R {
    let generator = this(value)?;
    init_hooks(generator)?;
    let (asend, athrow) = CLASSES.with(|classes| {
        *classes.get_or_init(|| (make_class("async_generator_asend"), make_class("async_generator_athrow")))
    });
    let class = if matches!(step, Step::Send(_)) { asend } else { athrow };
    Ok(Native::new(class, Awaitable { generator, step, state: Cell::new(State::Init) }).value())
}
fn athrow(args: Args<'_>) -> R {
    let (value, rest) = crate::objects::support::split_self(args, "athrow")?;
    awaitable(value, Step::Throw(thrown(rest)?))
}

/// `next`: exhausted when the step is done, with its value left for `yield from`.
fn step_or_end(this: &Awaitable, sent: Value) -> R<Option<Value>> {
    match send(this, sent) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is(types().stop_iteration) => {
            let value = exception::stop_value(raised);
            crate::vm::vm().stop_value.set(if value.is_none() { NULL } else { value });
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

fn name_of(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Send(_) => ("anext", "__anext__()/asend()"),
        Step::Throw(_) => ("athrow", "aclose()/athrow()"),
        Step::Close => ("aclose", "aclose()/athrow()"),
    }
}
fn check_open(this: &Awaitable) -> R<()> {
    let (name, both) = name_of(this.step);
    if this.state.get() == State::Closed {
        return Err(runtime_error(format!("cannot reuse already awaited {both}")));
    }
    if this.state.get() == State::Init && this.generator.running_async.get() {
        this.state.set(State::Closed);
        return Err(runtime_error(format!("{name}(): asynchronous generator is already running")));
    }
    Ok(())
}
fn stop_async() -> Raised {
    Raised::with_args(types().stop_async_iteration, &[])
}

/// A step of the generator: what an inner await yields; what the generator itself yields ends the step (StopIteration).
fn unwrap(of: Gc<Generator>, result: R<Outcome>) -> R {
    match result {
        Ok(Outcome::Yielded(value)) => match async_wrap::unwrap(value) {
            Some(yielded) => {
                of.running_async.set(false);
                Err(stop_with(yielded))
            }
            None => Ok(value),
        },
        Ok(Outcome::Returned(_)) => {
            of.closed.set(true);
            of.running_async.set(false);
            Err(stop_async())
        }
        Err(raised) => {
            if raised.is(types().stop_async_iteration) || raised.is(types().generator_exit) {
                of.closed.set(true);
            }
            of.running_async.set(false);
            Err(raised)
        }
    }
}
fn stop_with(value: Value) -> Raised {
    Raised::with_args(types().stop_iteration, if value.is_none() { &[] } else { core::slice::from_ref(&value) })
}

fn send(this: &Awaitable, sent: Value) -> R {
    if !matches!(this.step, Step::Send(_))
        && this.state.get() == State::Init
        && this.generator.state.get() == GeneratorState::Finished
    {
        this.state.set(State::Closed);
        return Err(stop_with(NONE));
    }
    check_open(this)?;
    let result = match (this.step, this.state.get()) {
        (Step::Send(first), state) => {
            let sent = if state == State::Init && sent.is_none() { first } else { sent };
            this.state.set(State::Iterating);
            this.generator.running_async.set(true);
            unwrap(this.generator, generator::resume(this.generator, Resume::Send(sent)))
        }
        (Step::Throw(_) | Step::Close, State::Init) => start_throw(this, sent),
        (Step::Throw(_), _) => unwrap(this.generator, generator::resume(this.generator, Resume::Send(sent))),
        (Step::Close, _) => {
            let result = generator::resume(this.generator, Resume::Send(sent));
            closing(this, result)
        }
    };
    if result.is_err() {
        this.state.set(State::Closed);
        if !matches!(this.step, Step::Send(_)) {
            this.generator.running_async.set(false);
        }
    }
    result
}
fn start_throw(this: &Awaitable, sent: Value) -> R {
    let of = this.generator;
    if of.closed.get() {
        return Err(stop_async());
    }
    if !sent.is_none() {
        return Err(runtime_error("can't send non-None value to a just-started coroutine"));
    }
    this.state.set(State::Iterating);
    of.running_async.set(true);
    match this.step {
        Step::Throw(raised) => unwrap(of, generator::throw(of, raised, false)),
        _ => {
            of.closed.set(true);
            let result = generator::throw(of, Raised::with_args(types().generator_exit, &[]), false);
            closing(this, result)
        }
    }
}
/// `aclose()`: the generator must end.
fn closing(this: &Awaitable, result: R<Outcome>) -> R {
    match result {
        Ok(Outcome::Yielded(value)) if async_wrap::unwrap(value).is_some() => {
            this.generator.running_async.set(false);
            Err(runtime_error(format!("{} ignored GeneratorExit", sort(this.generator))))
        }
        Ok(Outcome::Yielded(value)) => Ok(value),
        Ok(Outcome::Returned(_)) => Err(stop_with(NONE)),
        Err(raised) if raised.is(types().stop_async_iteration) || raised.is(types().generator_exit) => Err(stop_with(NONE)),
        Err(raised) => Err(raised),
    }
}

fn throw(this: &Awaitable, args: Args<'_>) -> R {
    check_open(this)?;
    let raised = thrown(args)?;
    if this.state.get() == State::Init {
        this.state.set(State::Iterating);
        this.generator.running_async.set(true);
    }
    let result = generator::throw(this.generator, raised, false);
    let result = match this.step {
        Step::Close => closing(this, result),
        _ => unwrap(this.generator, result),
    };
    if result.is_err() {
        this.state.set(State::Closed);
        this.generator.running_async.set(false);
    }
    result
}
fn close(this: &Awaitable) -> R {
    if this.state.get() == State::Closed {
        return Ok(NONE);
    }
    let exit = Raised::with_args(types().generator_exit, &[]);
    match throw(this, Args::positional(&[exit.value()])) {
        Ok(_) => Err(runtime_error("coroutine ignored GeneratorExit")),
        Err(raised) => {
            let t = types();
            let ends = [t.stop_iteration, t.stop_async_iteration, t.generator_exit].iter().any(|class| raised.is(*class));
            if ends { Ok(NONE) } else { Err(raised) }
        }
    }
}
