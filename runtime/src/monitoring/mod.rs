//! What tools listen to (PEP 669): events, tools, callbacks, and the calls of them. The code of functions says where events happen
//! (`code.rs`); `sys.settrace` and `sys.setprofile` are two more tools (`legacy.rs`). Not here: the module `sys.monitoring`
//! (`modules/sys/monitoring.rs`), and what the instrumented instructions do (`opcodes/instrument.def`, `defs/instrument.rs`).
//!
//! Nothing is looked at while no tool listens: code that reports an event has another opcode at that place.

mod code;
pub mod legacy;

pub use code::{Monitored, Site};

use crate::error::{R, Raised, value_error};
use crate::frame::Frame;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::code_decode::cpython_length;
use crate::objects::list::List;
use crate::ops;
use crate::value::{NULL, Value};
use crate::vm::{thread, vm};
use core::cell::{Cell, OnceCell, RefCell};

/// The numbers of the events, as CPython has them.
pub mod event {
    pub const PY_START: usize = 0;
    pub const PY_RESUME: usize = 1;
    pub const PY_RETURN: usize = 2;
    pub const PY_YIELD: usize = 3;
    pub const CALL: usize = 4;
    pub const LINE: usize = 5;
    pub const INSTRUCTION: usize = 6;
    pub const JUMP: usize = 7;
    pub const BRANCH_LEFT: usize = 8;
    pub const BRANCH_RIGHT: usize = 9;
    pub const STOP_ITERATION: usize = 10;
    pub const RAISE: usize = 11;
    pub const EXCEPTION_HANDLED: usize = 12;
    pub const PY_UNWIND: usize = 13;
    pub const PY_THROW: usize = 14;
    pub const RERAISE: usize = 15;
    pub const C_RETURN: usize = 16;
    pub const C_RAISE: usize = 17;
    /// Both sides of a branch; only as a member of a set.
    pub const BRANCH: usize = 18;

    pub const NAMES: [&str; 19] = [
        "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "CALL", "LINE", "INSTRUCTION", "JUMP", "BRANCH_LEFT", "BRANCH_RIGHT", "STOP_ITERATION",
        "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND", "PY_THROW", "RERAISE", "C_RETURN", "C_RAISE", "BRANCH",
    ];
    /// Events below happen at places in the code, and can be set and disabled there.
    pub const LOCAL: usize = 11;
    /// Events below are set one by one; those of C functions come with CALL.
    pub const UNGROUPED: usize = 16;
}

/// Tools that programs use; two more are `sys.setprofile` and `sys.settrace`.
pub const TOOLS: usize = 6;
pub const PROFILE_TOOL: usize = 6;
pub const TRACE_TOOL: usize = 7;

/// Where things lie in the list of values: a callback for each tool and event, then these.
const NAMES_AT: usize = TOOLS * event::NAMES.len();
const DISABLE_AT: usize = NAMES_AT + TOOLS;
const MISSING_AT: usize = DISABLE_AT + 1;
const STOPPED_AT: usize = DISABLE_AT + 2;
const TRACE_AT: usize = DISABLE_AT + 3;
const PROFILE_AT: usize = DISABLE_AT + 4;
const VALUES: usize = DISABLE_AT + 5;

/// The part of the VM that this module keeps.
#[derive(Default)]
pub struct State {
    /// By event: a bit for each tool that listens everywhere.
    tools: [Cell<u8>; event::UNGROUPED],
    /// Callbacks under way: nothing is reported from them.
    quiet: Cell<u32>,
    values: OnceCell<Gc<List>>,
    /// The code objects that have been decoded and live.
    codes: RefCell<Vec<*const Code>>,
}

fn state() -> &'static State {
    &vm().monitoring
}
fn values() -> Gc<List> {
    *state().values.get_or_init(|| {
        let list = List::new();
        crate::vm::keep(list.value());
        for at in 0..VALUES {
            let value = if at == DISABLE_AT || at == MISSING_AT { plain_object() } else { NULL };
            // A list that cannot grow to its small size ends in the index check of its users.
            let _ = list.push(value);
        }
        list
    })
}
/// An `object()`.
fn plain_object() -> Value {
    crate::objects::object::new(crate::vm::types().object, crate::args::Args::EMPTY).unwrap_or(NULL)
}
fn value(at: usize) -> Value {
    values().get(at).unwrap_or(NULL)
}
fn set_value(at: usize, to: Value) -> Value {
    let old = value(at);
    values().set(at, to);
    old
}

/// `sys.monitoring.DISABLE`: a callback that answers it is not called at that place again.
pub fn disable() -> Value {
    value(DISABLE_AT)
}
/// `sys.monitoring.MISSING`: there is no first argument.
pub fn missing() -> Value {
    value(MISSING_AT)
}
/// The name of the tool, or NULL.
pub fn tool_name(tool: usize) -> Value {
    value(NAMES_AT + tool)
}
pub fn set_tool_name(tool: usize, name: Value) {
    set_value(NAMES_AT + tool, name);
}
/// The old callback, or NULL.
pub fn set_callback(tool: usize, event: usize, callback: Value) -> Value {
    set_value(tool * event::NAMES.len() + event, callback)
}

// -- who listens to what -----------------------------------------------------------

/// The events that the tool listens to everywhere, as a set.
pub fn events_of(tool: usize) -> u32 {
    set_of(&state().tools, tool)
}
/// The events that the tool listens to in this code.
pub fn local_events_of(code: Gc<Code>, tool: usize) -> u32 {
    code.details.monitored.get().map_or(0, |monitored| set_of(&monitored.local, tool))
}
fn set_of(tools: &[Cell<u8>], tool: usize) -> u32 {
    tools.iter().enumerate().map(|(event, tools)| ((tools.get() >> tool & 1) as u32) << event).sum()
}
fn set_bits(tools: &[Cell<u8>], tool: usize, events: u32) {
    for (event, tools) in tools.iter().enumerate() {
        let bit = ((events >> event & 1) as u8) << tool;
        tools.set(tools.get() & !(1 << tool) | bit);
    }
}

/// Traces were made of code that reported to nobody.
fn tell_engine() {
    if let Some(tools_changed) = crate::vm::vm().engine.tools_changed.get() {
        tools_changed();
    }
}

/// The tool listens to these events everywhere from now on.
pub fn set_events(tool: usize, events: u32) {
    if events != events_of(tool) {
        set_bits(&state().tools, tool, events);
        tell_engine();
        each_code(|code| code::update(code, false));
    }
}
/// The tool listens to these events in this code, beside those that it listens to everywhere.
pub fn set_local_events(code: Gc<Code>, tool: usize, events: u32) -> R<()> {
    if events != local_events_of(code, tool) {
        code.decode()?;
        if let Some(monitored) = code::monitored(&code) {
            set_bits(&monitored.local, tool, events);
            tell_engine();
            code::update(&code, false);
        }
    }
    Ok(())
}
/// What callbacks have disabled is enabled.
pub fn restart_events() {
    tell_engine();
    each_code(|code| code::update(code, true));
}
/// The tool listens to nothing, and has no callbacks.
pub fn clear_tool(tool: usize) {
    for event in 0..event::NAMES.len() {
        set_callback(tool, event, NULL);
    }
    set_bits(&state().tools, tool, 0);
    each_code(|code| {
        if let Some(monitored) = code.details.monitored.get() {
            set_bits(&monitored.local, tool, 0);
        }
        code::update(code, false);
    });
}

// -- the code objects ----------------------------------------------------------------

fn each_code(visit: impl Fn(&Code)) {
    for &code in state().codes.borrow().iter() {
        // SAFETY: a code object that dies takes itself off the list (`forget`).
        visit(unsafe { &*code });
    }
}
/// A code object has its units: it is changed when the events do, and now when tools listen already.
pub fn decoded(code: &Code) {
    let mut codes = state().codes.borrow_mut();
    code.details.registered.set(codes.len());
    codes.push(code);
    drop(codes);
    if state().tools[..event::LOCAL].iter().any(|tools| tools.get() != 0) {
        code::update(code, false);
    }
}
/// A code object dies. `at` is what `decoded` has set.
pub fn forget(at: usize) {
    if at == usize::MAX || !crate::vm::is_running() {
        return;
    }
    let mut codes = state().codes.borrow_mut();
    if at < codes.len() {
        codes.swap_remove(at);
        if let Some(&moved) = codes.get(at) {
            // SAFETY: what is on the list lives.
            unsafe { (*moved).details.registered.set(at) };
        }
    }
}

// -- reporting ------------------------------------------------------------------------

/// Calls the tools' callbacks, the highest tool first. The answer: the tools that want no more of it at this place.
pub fn report(tools: u8, event: usize, args: &[Value]) -> R<u8> {
    let mut disabled = 0;
    if state().quiet.get() != 0 {
        return Ok(0);
    }
    for tool in (0..8).rev().filter(|tool| tools >> tool & 1 != 0) {
        let answer = if tool >= TOOLS {
            legacy::report(tool, event, args)?
        } else {
            let callback = value(tool * event::NAMES.len() + event);
            if callback.is_null() {
                continue;
            }
            quietly(|| ops::call_positional(callback, args))?
        };
        if answer != disable() {
            continue;
        }
        if event >= event::LOCAL {
            set_callback(tool.min(TOOLS - 1), event, NULL);
            return Err(value_error(format!("Cannot disable {} events. Callback removed.", event::NAMES[event])));
        }
        disabled |= 1 << tool;
    }
    Ok(disabled)
}
/// Nothing is reported meanwhile.
fn quietly(call: impl FnOnce() -> R) -> R {
    let quiet = &state().quiet;
    quiet.set(quiet.get() + 1);
    let result = call();
    quiet.set(quiet.get() - 1);
    result
}
/// `sys.call_tracing`: things are reported again, even from a callback.
pub fn aloud(call: impl FnOnce() -> R) -> R {
    let old = state().quiet.replace(0);
    let result = call();
    state().quiet.set(old);
    result
}

/// Whether a tool listens to an event that happens anywhere: RAISE and those after it.
#[inline]
pub fn is_heard(event: usize) -> bool {
    state().tools[event].get() != 0
}
/// Reports an exception at the frame's instruction, or at another of its code. What goes on: the exception, or the one that a callback
/// raised.
#[inline]
pub fn report_exception(event: usize, frame: &Frame, offset: u32, raised: Raised) -> Raised {
    if is_heard(event) { report_heard_exception(event, frame, frame.code.cpython_offset(offset), raised) } else { raised }
}
/// An exception that the frame's instruction has raised itself: CPython reports it at the last cache of that.
#[inline]
pub fn report_own_exception(event: usize, frame: &Frame, offset: u32, raised: Raised) -> Raised {
    if !is_heard(event) {
        return raised;
    }
    let length = code::monitored(&frame.code).and_then(|all| Some(cpython_length(all.sites[all.index(offset)?].opcode())));
    report_heard_exception(event, frame, frame.code.cpython_offset(offset) + length.unwrap_or(1) - 1, raised)
}
#[cold]
fn report_heard_exception(event: usize, frame: &Frame, place: u32, raised: Raised) -> Raised {
    if state().quiet.get() != 0 {
        return raised;
    }
    let place = Value::int(place as i64 * 2);
    let ip = frame.ip.get();
    if let Some(first) = first_raised_at(frame) {
        frame.ip.set(frame.code.units().wrapping_add(first as usize));
    }
    // A callback runs as if nothing were raised.
    let pending = thread().raised.replace(NULL);
    let reraising = vm().reraising.replace(false);
    let result = report(state().tools[event].get(), event, &[frame.code.value(), place, raised.value()]);
    vm().reraising.set(reraising);
    thread().raised.set(pending);
    frame.ip.set(ip);
    result.err().unwrap_or(raised)
}
/// A RERAISE says where the exception was raised first (in our units): that is the line that the frame is on.
pub fn first_raised_at(frame: &Frame) -> Option<u32> {
    let unit = frame.code.decoded().ok()?.units.get(frame.offset() as usize)?.get();
    let depth = 1 + (unit >> 8) as usize;
    if crate::generated::opcode::HEAD[(unit & 255) as usize] != crate::generated::opcode::RERAISE || depth == 1 || frame.depth() < depth {
        return None;
    }
    // SAFETY: the operand stack is that deep.
    let first = unsafe { *frame.sp.get().sub(depth) };
    frame.code.own_offset(u32::try_from(first.is_int().then(|| first.unbox_int())?).ok()?)
}
/// The frame goes on at a handler: where that lies on the line that raised, no line starts.
pub fn handled(frame: &Frame, from: u32, to: u32) {
    let kinds = frame.kind.get() & !crate::frame::kind::SAME_LINE;
    frame.kind.set(kinds);
    let Some(monitored) = frame.code.details.monitored.get() else { return };
    let site = |offset| monitored.index(offset).map(|index| &monitored.sites[index]);
    if let (Some(from), Some(to)) = (site(from), site(to))
        && from.line == to.line
        && to.line_tools.get() != 0
    {
        frame.kind.set(kinds | crate::frame::kind::SAME_LINE);
    }
}
/// A loop of the frame has ended by a StopIteration, which nobody else will see.
pub fn report_stop(frame: &Frame, raised: Raised) -> R<()> {
    let after = report_exception(event::RAISE, frame, frame.offset(), raised);
    if after.0 == raised.0 { Ok(()) } else { Err(after) }
}
/// The StopIteration that ended the last iterator, while somebody listens to exceptions.
pub fn keep_stopped(raised: Raised) {
    if is_heard(event::RAISE) {
        set_value(STOPPED_AT, raised.value());
    }
}
pub fn take_stopped() -> Value {
    set_value(STOPPED_AT, NULL)
}
