//! Helpers of `opcodes/instrument.def`: the events of instructions, reported from the place where the frame stands.

use super::{finish_call, finish_call_ex, finish_call_kw, frame, ok_or_raise, or_raise, raise, slots};
use crate::error::R;
use crate::frame::{Frame, kind};
use crate::generated::opcode as op;
use crate::monitoring::{self, Monitored, Site, event};
use crate::objects::dict_merge;
use crate::objects::str::Str;
use crate::objects::super_;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::value::{FALSE, NONE, NULL, TRUE, Value};
use crate::vm::{Thread, class_of, types};

/// The running frame's instruction.
struct Here {
    frame: &'static Frame,
    monitored: &'static Monitored,
    index: usize,
}

impl Here {
    fn new(thread: &Thread) -> Option<Here> {
        let frame = frame(thread);
        // The frame keeps its code, and that what is kept with it.
        let code: &'static crate::objects::code::Code = unsafe_static(frame);
        let monitored = code.details.monitored.get()?;
        Some(Here { frame, monitored, index: monitored.index(frame.offset())? })
    }
    fn site(&self) -> &'static Site {
        &self.monitored.sites[self.index]
    }
    /// Calls the tools, and takes off those that want no more.
    fn report(&self, tools: u8, event: usize, args: &[Value]) -> R<()> {
        if tools != 0 {
            let disabled = monitoring::report(tools, event, args)?;
            if disabled != 0 {
                self.monitored.remove(&self.frame.code, self.index, event, disabled);
            }
        }
        Ok(())
    }
    fn code(&self) -> Value {
        self.frame.code.value()
    }
    fn place(&self) -> Value {
        Value::int(self.site().place())
    }
    /// The operand at this depth below the top.
    fn operand(&self, depth: usize) -> Value {
        if self.frame.depth() < depth {
            return NULL;
        }
        // SAFETY: the operand stack is that deep.
        unsafe { *self.frame.sp.get().sub(depth) }
    }
    fn jump(&self, event: usize, from: i64, to: Option<&Site>) -> R<()> {
        let to = to.map_or(0, |site| site.start as i64 * 2);
        self.report(self.site().tools.get(), event, &[self.code(), Value::int(from), Value::int(to)])
    }
    /// Whether a conditional jump will be taken.
    fn jumps(&self) -> bool {
        let condition = self.operand(1);
        match self.site().opcode() {
            op::POP_JUMP_IF_FALSE => condition == FALSE,
            op::POP_JUMP_IF_TRUE => condition == TRUE,
            op::POP_JUMP_IF_NONE => condition == NONE,
            op::POP_JUMP_IF_NOT_NONE => condition != NONE,
            op::JUMP_FORWARD | op::JUMP_BACKWARD | op::JUMP_BACKWARD_NO_INTERRUPT => true,
            _ => false,
        }
    }

    fn instruction(&self) -> R<()> {
        let site = self.site();
        let kinds = &self.frame.kind;
        let stays = kinds.get() & kind::SAME_LINE != 0;
        kinds.set(kinds.get() & !kind::SAME_LINE);
        if site.line_tools.get() != 0 && !stays && !self.monitored.is_hidden(self.index) {
            self.report(site.line_tools.get(), event::LINE, &[self.code(), Value::int(site.line as i64)])?;
        }
        if site.instruction_tools.get() != 0 {
            self.report(site.instruction_tools.get(), event::INSTRUCTION, &[self.code(), self.place()])?;
        }
        if site.tools.get() != 0 {
            self.own_event()?;
        }
        if site.stays_on_line()
            && let Some(next) = self.monitored.after(self.index, self.jumps())
            && next.line == site.line
            && next.line_tools.get() != 0
        {
            kinds.set(kinds.get() | kind::SAME_LINE);
        }
        self.pause();
        Ok(())
    }
    fn own_event(&self) -> R<()> {
        let site = self.site();
        let next = self.monitored.after(self.index, false);
        // What goes on after END_SEND has come from more than one place.
        let previous = match self.index.checked_sub(1).map(|at| &self.monitored.sites[at]) {
            Some(before) if before.opcode() != op::END_SEND => before.place(),
            _ => site.place(),
        };
        match site.opcode() {
            op::RETURN_VALUE => self.with_value(event::PY_RETURN, self.operand(1)),
            op::YIELD_VALUE => self.with_value(event::PY_YIELD, self.operand(1)),
            op::JUMP_FORWARD => self.jump(event::JUMP, site.place(), self.monitored.after(self.index, true)),
            op::NOT_TAKEN => self.jump(event::BRANCH_LEFT, previous, next),
            op::POP_JUMP_IF_FALSE | op::POP_JUMP_IF_TRUE | op::POP_JUMP_IF_NONE | op::POP_JUMP_IF_NOT_NONE if self.jumps() => {
                self.jump(event::BRANCH_RIGHT, site.place(), self.monitored.after(self.index, true))
            }
            op::POP_ITER => self.jump(event::BRANCH_RIGHT, self.loop_of(site).map_or(previous, Site::place), next),
            op::END_ASYNC_FOR => {
                let behind = next.map_or(0, |next| next.start);
                self.jump(event::BRANCH_RIGHT, behind.saturating_sub(site.oparg()) as i64 * 2, next)
            }
            op::END_FOR | op::END_SEND => {
                let class = class_of(self.operand(2));
                let is_coroutine = class == types().coroutine && site.opcode() == op::END_SEND;
                if class != types().generator && !is_coroutine {
                    return Ok(());
                }
                let stop = crate::error::stop_iteration(self.operand(1));
                self.with_value(event::STOP_ITERATION, stop.value())
            }
            _ => Ok(()),
        }
    }
    /// The FOR_ITER that a POP_ITER ends.
    fn loop_of(&self, end: &Site) -> Option<&Site> {
        self.monitored.sites[..self.index].iter().rev().find(|site| site.opcode() == op::FOR_ITER && site.target() == Some(end.offset))
    }
    fn with_value(&self, event: usize, value: Value) -> R<()> {
        self.report(self.site().tools.get(), event, &[self.code(), self.place(), value])
    }
    /// The plain instruction, which runs next, must not specialize: it would write over the instrumented opcode.
    fn pause(&self) {
        let family = op::FAMILIES.iter().find(|family| family.head == self.site().opcode());
        let Some(counter) = family.and_then(|family| family.caches.iter().find(|cache| cache.name == "counter")) else { return };
        let at = (self.site().offset + 1 + counter.offset) as usize;
        if let Ok(decoded) = self.frame.code.decoded()
            && let Some(unit) = decoded.units.get(at)
        {
            unit.set(crate::tuning::COUNTER_WARMUP | 0xFFF0);
        }
    }
}

/// The code of the running frame.
fn unsafe_static(frame: &'static Frame) -> &'static crate::objects::code::Code {
    // SAFETY: the frame keeps its code alive, and callers use it while the frame runs.
    unsafe { &*frame.code.as_ptr() }
}

fn here(thread: &Thread, report: impl FnOnce(Here) -> R<()>) -> bool {
    ok_or_raise(Here::new(thread).map_or(Ok(()), report))
}

pub extern "C" fn monitor_instruction(thread: &Thread) -> bool {
    here(thread, |here| here.instruction())
}
/// What runs behind the tools.
pub extern "C" fn monitored_opcode(thread: &Thread) -> u32 {
    Here::new(thread).map_or(op::NOP, |here| here.site().next_opcode()) as u32
}
pub extern "C" fn monitor_resume(thread: &Thread) -> bool {
    here(thread, |here| {
        crate::pending::check()?;
        let site = here.site();
        here.report(site.tools.get(), site.event().unwrap_or(event::PY_RESUME), &[here.code(), here.place()])
    })
}
pub extern "C" fn monitor_jump_backward(thread: &Thread) -> bool {
    here(thread, |here| {
        crate::pending::check()?;
        here.jump(event::JUMP, here.site().place(), here.monitored.after(here.index, true))
    })
}
/// One step of a loop. The StopIteration that has ended it is an exception that is seen here alone.
pub extern "C" fn monitor_next(thread: &Thread, iterator: Value, next: Value) -> bool {
    here(thread, |here| {
        if !next.is_null() {
            return here.jump(event::BRANCH_LEFT, here.site().place(), here.monitored.after(here.index, false));
        }
        if !thread.raised.get().is_null() {
            return Err(thread.take_raised());
        }
        monitor_stop(here.frame, iterator)
    })
}
fn monitor_stop(frame: &Frame, iterator: Value) -> R<()> {
    if !monitoring::is_heard(event::RAISE) {
        return Ok(());
    }
    let kept = monitoring::take_stopped();
    let value = crate::vm::vm().stop_value.get();
    let raised = match kept.downcast::<crate::objects::exception::Exception>() {
        Some(exception) => crate::error::Raised(exception),
        None if !value.is_null() && class_of(iterator) == types().generator => crate::error::stop_iteration(value),
        None => return Ok(()),
    };
    monitoring::report_stop(frame, raised)
}
/// A receiver of `yield from` or `await` has returned: as the end of a loop, where it did so by an exception.
pub(super) fn monitor_sent(receiver: Value, value: Value) -> R<()> {
    if !monitoring::is_heard(event::RAISE) {
        return Ok(());
    }
    // SAFETY: a SEND runs in the running frame.
    let frame = unsafe { crate::vm::thread().frame.get().as_ref() };
    let stop = match monitoring::take_stopped().downcast::<crate::objects::exception::Exception>() {
        Some(exception) => Some(crate::error::Raised(exception)),
        None if value != NONE && class_of(receiver) != types().generator => Some(crate::error::stop_iteration(value)),
        None => None,
    };
    match (stop, frame) {
        (Some(stop), Some(frame)) => monitoring::report_stop(frame, stop),
        _ => Ok(()),
    }
}

// -- calls ---------------------------------------------------------------------------

fn first_argument(this: Value, args: &[Value]) -> Value {
    this.option().or_else(|| args.first().copied()).unwrap_or_else(monitoring::missing)
}
fn report_call(here: &Here, event: usize, callable: Value, first: Value) -> R<()> {
    here.report(here.site().tools.get(), event, &[here.code(), here.place(), callable, first])
}
/// The end of a call of something that is no Python function.
fn report_end(thread: &Thread, callable: Value, first: Value, result: Value) -> Value {
    let Some(here) = Here::new(thread) else { return result };
    if !result.is_null() {
        return match report_call(&here, event::C_RETURN, callable, first) {
            Ok(()) => result,
            Err(raised) => raise(raised),
        };
    }
    // The callback runs as if nothing were raised.
    let raised = thread.take_raised();
    match report_call(&here, event::C_RAISE, callable, first) {
        Ok(()) => raise(raised),
        Err(other) => raise(other),
    }
}

pub extern "C" fn monitor_call(thread: &Thread, callable: Value, self_or_null: Value, args: *const Value, count: u32) -> bool {
    // SAFETY: the handler passes `count` slots.
    let first = first_argument(self_or_null, unsafe { slots(args, count) });
    here(thread, |here| report_call(&here, event::CALL, callable, first))
}
/// The positional arguments, as a tuple.
pub extern "C" fn monitor_call_ex(thread: &Thread, callable: Value, args: Value) -> Value {
    let args = match dict_merge::call_args(callable, args) {
        Ok(args) => args,
        Err(raised) => return raise(raised),
    };
    let first = first_argument(NULL, args.items());
    match here(thread, |here| report_call(&here, event::CALL, callable, first)) {
        true => args.value(),
        false => NULL,
    }
}
pub extern "C" fn finish_monitored_call(thread: &Thread, callable: Value, self_or_null: Value, args: *const Value, count: u32) -> Value {
    if !thread.raised.get().is_null() {
        return NULL;
    }
    // SAFETY: the handler passes `count` slots.
    let first = first_argument(self_or_null, unsafe { slots(args, count) });
    let result = finish_call(thread, callable, self_or_null, args, count);
    report_end(thread, callable, first, result)
}
pub extern "C" fn finish_monitored_call_kw(
    thread: &Thread,
    callable: Value,
    self_or_null: Value,
    args: *const Value,
    names: Value,
    count: u32,
) -> Value {
    if !thread.raised.get().is_null() {
        return NULL;
    }
    // SAFETY: the handler passes `count` slots.
    let first = first_argument(self_or_null, unsafe { slots(args, count) });
    let result = finish_call_kw(thread, callable, self_or_null, args, names, count);
    report_end(thread, callable, first, result)
}
pub extern "C" fn finish_monitored_call_ex(thread: &Thread, callable: Value, self_or_null: Value, args: Value, kwargs: Value) -> Value {
    if !thread.raised.get().is_null() {
        return NULL;
    }
    let first = args.downcast::<Tuple>().map_or(NULL, |args| first_argument(NULL, args.items()));
    let result = finish_call_ex(thread, callable, self_or_null, args, kwargs);
    report_end(thread, callable, first, result)
}
/// `super().name`: with a `super` that is made, as a call of the class.
pub extern "C" fn monitored_super_attr(
    thread: &Thread,
    global_super: Value,
    class: Value,
    this: Value,
    name: Value,
    slots: *mut Value,
    form: u32,
) -> bool {
    let arguments: &[Value] = if form & 2 != 0 { &[class, this] } else { &[] };
    let first = first_argument(NULL, arguments);
    if !here(thread, |here| report_call(&here, event::CALL, global_super, first)) {
        return false;
    }
    let own = global_super == types().super_.value();
    let made = if own { NONE } else { or_raise(ops::call_positional(global_super, arguments)) };
    let made = report_end(thread, global_super, first, made);
    if made.is_null() {
        return false;
    }
    let found = if own {
        super_::load(class, this, name.cast::<Str>(), form & 1 != 0)
    } else {
        ops::getattr(made, name.cast::<Str>()).map(|found| (found, NULL))
    };
    ok_or_raise(found.map(|(found, receiver)| {
        // SAFETY: the handler passes one slot, or two when bit 0 is set.
        unsafe {
            *slots = found;
            if form & 1 != 0 {
                *slots.add(1) = receiver;
            }
        }
    }))
}
