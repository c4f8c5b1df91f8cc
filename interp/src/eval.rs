//! Entering and leaving the dispatch: calls of Python functions from Rust, code objects run in a namespace, generators resumed.
//! Calls between Python functions never come through here.

use crate::frame_ops;
use crate::dispatch;
use runtime::args::Args;
use runtime::error::{R, Raised, runtime_error, value_error};
use runtime::frame::{Frame, kind};
use runtime::generated::opcode as op;
use runtime::hooks::{Outcome, Resume};
use runtime::object::Gc;
use runtime::objects::code::{Code, flags};
use runtime::objects::dict::Dict;
use runtime::objects::function::Function;
use runtime::objects::generator::{Generator, GeneratorState};
use runtime::value::{NONE, NULL, Value};
use runtime::vm::{Drain, check_native_stack, thread, types, vm};

/// Runs the frame, which must be the topmost one and is not linked yet, to its end.
fn run(frame: *mut Frame) -> R {
    let thread = thread();
    // SAFETY: the frame is fresh, made above the running one.
    unsafe {
        (*frame).kind.set((*frame).kind.get() | kind::ENTRY);
        thread.frame.set(frame);
        thread.recursion_remaining.set(thread.recursion_remaining.get() - 1);
        finish(dispatch::run(thread, frame))
    }
}

/// What an entry frame left behind: its value, or the exception that went through it.
fn finish(value: Value) -> R {
    if value.is_null() { Err(thread().take_raised()) } else { Ok(value) }
}

/// Runs a Python function to its end (or makes its generator).
pub fn call_function(function: Gc<Function>, args: Args<'_>) -> R {
    check_native_stack("")?;
    let frame = runtime::bind::new_frame(thread(), function, args)?;
    // SAFETY: a fresh frame stands at the first instruction of its code.
    if unsafe { *(*frame).ip.get() as u8 } == op::RETURN_GENERATOR { make_generator(frame) } else { run(frame) }
}

/// What RETURN_GENERATOR, the first instruction of the frame's code, does: for that alone the dispatch need not be entered.
fn make_generator(frame: *mut Frame) -> R {
    let thread = thread();
    thread.frame.set(frame);
    let generator = runtime::defs::return_generator(thread);
    // SAFETY: the frame is fresh, made above the running one.
    thread.frame.set(unsafe { (*frame).previous.get() });
    finish(generator)
}

/// Runs a code object of a module, `exec` or `eval`.
pub fn run_code(code: Gc<Code>, globals: Gc<Dict>, namespace: Value) -> R {
    run_in_namespace(Function::new(code, globals), namespace)
}

/// Runs a function without parameters with a namespace for its names: class bodies, modules.
pub fn run_in_namespace(function: Gc<Function>, namespace: Value) -> R {
    check_native_stack("")?;
    let frame = runtime::bind::new_frame(thread(), function, Args::EMPTY)?;
    // SAFETY: the frame is fresh.
    unsafe { (*frame).namespace.set(namespace) };
    run(frame)
}

/// One step of a generator or coroutine.
pub fn resume_generator(generator: Gc<Generator>, resume: Resume) -> R<Outcome> {
    check_native_stack("")?;
    match generator.state.get() {
        GeneratorState::Running => return Err(value_error(format!("{} already executing", sort(generator)))),
        GeneratorState::Finished => return finished(generator, resume),
        GeneratorState::Created | GeneratorState::Suspended => {}
    }
    if let (GeneratorState::Created, Resume::Send(value)) = (generator.state.get(), resume)
        && value != NONE
    {
        return Err(runtime::error::type_error(format!("can't send non-None value to a just-started {}", sort(generator))));
    }
    let thread = thread();
    thread.check_recursion(generator.frame.code)?;
    // SAFETY: the generator is resumable and fits.
    let value = unsafe {
        let is_fresh = generator.state.get() == GeneratorState::Created;
        let frame = frame_ops::enter_from_rust(thread, generator);
        match resume {
            Resume::Send(value) => {
                let sp = (*frame).sp.get();
                *sp = value;
                (*frame).sp.set(sp.add(1));
                dispatch::run(thread, frame)
            }
            Resume::Throw(raised) => throw(frame, is_fresh, raised),
        }
    };
    let value = finish(value)?;
    Ok(if vm().yielded.get() { Outcome::Yielded(value) } else { Outcome::Returned(value) })
}

/// As `resume_generator` with None, for loops in Rust, which do it often. What `drain` takes is not answered: the generator goes on.
pub fn next_of_generator(generator: Gc<Generator>, drain: Option<&Drain>) -> R<Option<Value>> {
    let returned = match generator.state.get() {
        GeneratorState::Created | GeneratorState::Suspended => {
            check_native_stack("")?;
            let thread = thread();
            thread.check_recursion(generator.frame.code)?;
            // SAFETY: the generator is resumable and fits.
            let value = unsafe {
                let frame = frame_ops::enter_from_rust(thread, generator);
                let sp = (*frame).sp.get();
                *sp = NONE;
                (*frame).sp.set(sp.add(1));
                match drain {
                    None => dispatch::run(thread, frame),
                    Some(drain) => {
                        (*frame).kind.set((*frame).kind.get() | kind::DRAINED);
                        let outer = thread.drain.replace(drain);
                        let value = dispatch::run(thread, frame);
                        thread.drain.set(outer);
                        value
                    }
                }
            };
            let value = finish(value)?;
            if vm().yielded.get() {
                return Ok(Some(value));
            }
            value
        }
        _ => match resume_generator(generator, Resume::Send(NONE))? {
            Outcome::Yielded(value) => return Ok(Some(value)),
            Outcome::Returned(value) => value,
        },
    };
    vm().stop_value.set(if returned == NONE { NULL } else { returned });
    Ok(None)
}

/// The generator goes on with an exception at the `yield` where it stands.
///
/// # Safety
/// `frame` has just been entered.
unsafe fn throw(frame: *mut Frame, is_fresh: bool, raised: Raised) -> Value {
    let thread = thread();
    // SAFETY: promised by the caller.
    unsafe {
        // The exception is raised by the instruction before: the YIELD_VALUE or, in a fresh generator, RETURN_GENERATOR.
        let units = if is_fresh { 1 } else { runtime::objects::generator::YIELD_UNITS };
        let place = (*frame).offset();
        (*frame).ip.set((*frame).ip.get().sub(units));
        frame_ops::throw_into(&*frame, place, raised);
        match frame_ops::unwind(thread, frame) {
            Ok((ip, sp, fp)) => {
                (*fp).ip.set(ip);
                (*fp).sp.set(sp);
                dispatch::run(thread, fp)
            }
            Err(value) => value,
        }
    }
}

fn finished(generator: Gc<Generator>, resume: Resume) -> R<Outcome> {
    let class = runtime::vm::class_of(generator.value());
    match resume {
        Resume::Throw(raised) => Err(raised),
        Resume::Send(_) if class == types().coroutine => Err(runtime_error("cannot reuse already awaited coroutine")),
        Resume::Send(_) => Ok(Outcome::Returned(NONE)),
    }
}

fn sort(generator: Gc<Generator>) -> &'static str {
    let code = generator.frame.code;
    if code.has_flag(flags::COROUTINE) {
        "coroutine"
    } else if code.has_flag(flags::ASYNC_GENERATOR) {
        "async generator"
    } else {
        "generator"
    }
}
