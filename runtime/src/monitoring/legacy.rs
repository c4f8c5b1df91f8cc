//! `sys.settrace` and `sys.setprofile`: two tools whose callbacks are here, and call the program's function with a frame and a word.

use super::{PROFILE_AT, PROFILE_TOOL, Site, TRACE_AT, TRACE_TOOL, event, quietly, set_value, value};
use crate::error::R;
use crate::object::Gc;
use crate::objects::builtin::{Builtin, MethodDescriptor};
use crate::objects::code::Code;
use crate::objects::frame::{self, FrameObject};
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{NONE, NULL, Value};
use crate::vm::{class_of, intern, thread};

const TRACED: &[usize] = &[
    event::PY_START, event::PY_RESUME, event::PY_RETURN, event::PY_YIELD, event::RAISE, event::LINE, event::JUMP, event::PY_UNWIND,
    event::PY_THROW, event::STOP_ITERATION,
];
const PROFILED: &[usize] =
    &[event::PY_START, event::PY_RESUME, event::PY_RETURN, event::PY_YIELD, event::CALL, event::PY_UNWIND, event::PY_THROW];

fn set(at: usize, tool: usize, function: Value, events: &[usize]) {
    let function = if function.is_none() { NULL } else { function };
    set_value(at, function);
    let events = if function.is_null() { 0 } else { events.iter().map(|event| 1 << event).sum() };
    super::set_events(tool, events);
}
/// None takes it away.
pub fn set_trace(function: Value) {
    set(TRACE_AT, TRACE_TOOL, function, TRACED);
}
pub fn set_profile(function: Value) {
    set(PROFILE_AT, PROFILE_TOOL, function, PROFILED);
}
pub fn trace_function() -> Value {
    ops::or_none(value(TRACE_AT))
}
pub fn profile_function() -> Value {
    ops::or_none(value(PROFILE_AT))
}

/// What a tool's callback would answer.
pub(super) fn report(tool: usize, event: usize, args: &[Value]) -> R {
    let function = value(if tool == TRACE_TOOL { TRACE_AT } else { PROFILE_AT });
    // SAFETY: events happen in the running frame.
    let Some(frame) = (unsafe { thread().frame.get().as_ref() }) else { return Ok(NONE) };
    if function.is_null() {
        return Ok(NONE);
    }
    let last = args.last().copied().unwrap_or(NONE);
    if tool == TRACE_TOOL {
        return trace(function, frame, event, args, last).map(|()| NONE);
    }
    let (word, argument) = match event {
        event::PY_START | event::PY_RESUME | event::PY_THROW => ("call", NONE),
        event::PY_RETURN | event::PY_YIELD => ("return", last),
        event::PY_UNWIND => ("return", NONE),
        _ => match native(args[2], last)? {
            None => return Ok(NONE),
            Some(native) if event == event::CALL => ("c_call", native),
            Some(native) if event == event::C_RETURN => ("c_return", native),
            Some(native) => ("c_exception", native),
        },
    };
    let object = frame::of(frame);
    let result = quietly(|| ops::call_positional(function, &[object.value(), intern(word).value(), argument]));
    if result.is_err() {
        set_profile(NONE);
    }
    result.map(|_| NONE)
}
/// Profilers hear of native functions and of methods that are bound.
fn native(callable: Value, first: Value) -> R<Option<Value>> {
    if callable.is::<Builtin>() {
        return Ok(Some(callable));
    }
    if !callable.is::<MethodDescriptor>() || first == super::missing() {
        return Ok(None);
    }
    match class_of(callable).slots.descr_get.get() {
        Some(get) => get(callable, Some(first), Some(class_of(first).value())).map(Some),
        None => Ok(None),
    }
}

fn trace(function: Value, frame: &crate::frame::Frame, event: usize, args: &[Value], last: Value) -> R<()> {
    let object = frame.object.get().downcast::<FrameObject>();
    let lines = object.is_some_and(|object| object.trace_lines.get());
    let opcodes = object.is_some_and(|object| object.trace_opcodes.get());
    // As CPython: what a frame asks for begins with an event that is no line, or when a frame that is traced asks (`f_trace_opcodes`), and
    // ends with the first instruction that is not wanted.
    let is_place = matches!(event, event::LINE | event::JUMP | event::INSTRUCTION);
    if opcodes && !is_place || !opcodes && event == event::INSTRUCTION {
        follow_opcodes(frame.code, opcodes)?;
    }
    let (word, argument) = match event {
        event::PY_START | event::PY_RESUME | event::PY_THROW => ("call", NONE),
        event::PY_RETURN | event::PY_YIELD => ("return", last),
        event::PY_UNWIND => ("return", NONE),
        event::RAISE | event::STOP_ITERATION => {
            let traceback = last.downcast::<crate::objects::exception::Exception>().map_or(NONE, |e| ops::or_none(e.traceback.get()));
            ("exception", Tuple::from_slice(&[class_of(last).value(), last, traceback]).value())
        }
        event::LINE if lines => ("line", NONE),
        event::JUMP if lines && goes_round(frame.code, args) => ("line", NONE),
        event::INSTRUCTION if opcodes => ("opcode", NONE),
        _ => return Ok(()),
    };
    call(function, frame, word, argument)
}
/// Lines are traced at every jump back, also to the same line.
fn goes_round(code: Gc<Code>, args: &[Value]) -> bool {
    let line = |place: Value| -> Option<(u32, i32)> {
        let monitored = code.details.monitored.get()?;
        let unit = u32::try_from(crate::objects::int::index_to_i64(place).ok()? / 2).ok()?;
        monitored.sites.iter().find(|site: &&Site| site.start == unit || site.at == unit).map(|site| (site.at, site.line))
    };
    match (args.get(1).copied().and_then(line), args.get(2).copied().and_then(line)) {
        (Some((from, from_line)), Some((to, to_line))) => to <= from && from_line == to_line && to_line >= 0,
        _ => false,
    }
}
/// Whether the instructions of the code are events of the trace function.
pub fn follow_opcodes(code: Gc<Code>, wanted: bool) -> R<()> {
    super::set_local_events(code, TRACE_TOOL, (wanted as u32) << event::INSTRUCTION)
}
/// The function for calls; for what happens in a frame, the one that it has answered there.
fn call(function: Value, frame: &crate::frame::Frame, word: &str, argument: Value) -> R<()> {
    let callback = if word == "call" {
        function
    } else {
        let Some(object) = frame.object.get().downcast::<FrameObject>() else { return Ok(()) };
        object.trace.get()
    };
    if callback.is_null() {
        return Ok(());
    }
    let object = frame::of(frame);
    match quietly(|| ops::call_positional(callback, &[object.value(), intern(word).value(), argument])) {
        Ok(NONE) => Ok(()),
        Ok(local) => {
            object.trace.set(object, local);
            Ok(())
        }
        Err(raised) => {
            set_trace(NONE);
            object.trace.set(object, NULL);
            Err(raised)
        }
    }
}
