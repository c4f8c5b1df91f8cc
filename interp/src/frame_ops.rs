//! What handlers do with frames: push, pop, suspend, resume, and unwinding to the handler of an exception. The contract is written in
//! `dispatch/switch.rs`. Not here: making frames (`runtime::bind`), entering the dispatch (`eval`).

use crate::dispatch::{Fp, Next, Ts};
use runtime::defs::delegate;
pub use runtime::defs::delegate::{may_pass_on, may_wait};
use runtime::error::Raised;
use runtime::frame::{Frame, kind};
use runtime::monitoring::{event, first_raised_at, report_exception, report_own_exception};
use runtime::object::Gc;
use runtime::objects::exception::Exception;
use runtime::objects::generator::{Generator, GeneratorState};
use runtime::value::{NONE, NOT_IMPLEMENTED, NULL, Value};
use runtime::vm::{ExcInfo, Thread, vm};

/// # Safety
/// `callee` comes from a helper that makes frames; ip and sp of `fp` are saved. As for all functions here: `ts` and `fp` are those of the
/// running handler.
#[inline(always)]
pub unsafe fn push_frame(ts: Ts, fp: Fp, callee: *mut Frame) -> Next {
    // SAFETY: promised by the caller.
    unsafe {
        debug_assert!((*callee).previous.get() == fp);
        (*ts).frame.set(callee);
        (*ts).recursion_remaining.set((*ts).recursion_remaining.get() - 1);
        ((*callee).ip.get(), (*callee).sp.get(), callee)
    }
}

/// # Safety
/// As for `push_frame`.
#[inline(always)]
pub unsafe fn pop_frame(ts: Ts, fp: Fp, value: Value) -> Result<Next, Value> {
    // SAFETY: promised by the caller.
    unsafe { if is_special(fp) { pop_special(ts, fp, value) } else { Ok(pop_plain(ts, fp, value)) } }
}

/// A frame whose end is more than going back to the one below.
///
/// # Safety
/// As for `push_frame`.
#[inline(always)]
pub unsafe fn is_special(fp: Fp) -> bool {
    // SAFETY: promised by the caller.
    unsafe { (*fp).kind.get() != 0 }
}

/// # Safety
/// As for `push_frame`; the frame is not special.
#[inline(always)]
pub unsafe fn pop_plain(ts: Ts, fp: Fp, value: Value) -> Next {
    // SAFETY: promised by the caller.
    unsafe {
        let caller = (*fp).previous.get();
        (*ts).frame.set(caller);
        (*ts).recursion_remaining.set((*ts).recursion_remaining.get() + 1);
        let sp = (*caller).sp.get();
        *sp = value;
        ((*caller).ip.get(), sp.add(1), caller)
    }
}

/// Entry frames, `__init__`, generators that return, observed frames.
///
/// # Safety
/// As for `push_frame`.
#[inline(never)]
pub unsafe fn pop_special(ts: Ts, fp: Fp, value: Value) -> Result<Next, Value> {
    // SAFETY: promised by the caller of `pop_frame`.
    unsafe {
        match (*fp).kind.get() {
            kind::GENERATOR => {
                finish_generator(ts, fp);
                let (ip, sp, caller) = pop_plain(ts, fp, value);
                Ok((behind_loop(ip), sp, caller))
            }
            kind::INIT if value == NONE => Ok(pop_plain(ts, fp, (*fp).namespace.get())),
            kind::STORE => {
                let (ip, sp, caller) = pop_plain(ts, fp, value);
                Ok((ip, sp.sub(1), caller))
            }
            kinds if kinds & ((1 << kind::OPERAND_SHIFT) - 1) == kind::OPERATOR && value != NOT_IMPLEMENTED => Ok(pop_plain(ts, fp, value)),
            _ => pop_rare(ts, fp, value),
        }
    }
}

unsafe fn pop_rare(ts: Ts, fp: Fp, value: Value) -> Result<Next, Value> {
    // SAFETY: as for `pop_special`.
    unsafe {
        let kinds = (*fp).kind.get();
        let mut value = value;
        if kinds & kind::INIT != 0 {
            if value != NONE {
                let class = runtime::vm::type_name(value);
                let raised = runtime::error::type_error(format!("__init__() should return None, not '{class}'"));
                (*ts).raised.set(raised.value());
                // Reported in the caller: the frame of `__init__` has ended.
                leave(ts, fp);
                let caller = (*fp).previous.get();
                return unwind(ts, caller);
            }
            value = (*fp).namespace.get();
        }
        leave(ts, fp);
        // What is called now may lie where the frame was.
        let caller = (*fp).previous.get();
        if kinds & kind::OPERATOR != 0 && value == NOT_IMPLEMENTED {
            let sp = (*caller).sp.get();
            match runtime::ops::declined(kinds >> kind::OPERAND_SHIFT, *sp, *sp.add(1)) {
                Ok(answer) => value = answer,
                Err(raised) => {
                    (*ts).raised.set(raised.value());
                    return unwind(ts, caller);
                }
            }
        }
        if kinds & kind::GENERATOR != 0 {
            finish_generator(ts, fp);
            vm().yielded.set(false);
        }
        if kinds & kind::ENTRY != 0 {
            return Err(value);
        }
        let sp = (*caller).sp.get();
        let ip = (*caller).ip.get();
        if kinds & kind::STORE != 0 {
            return Ok((ip, sp, caller));
        }
        *sp = value;
        Ok((if kinds & kind::GENERATOR != 0 { behind_loop(ip) } else { ip }, sp.add(1), caller))
    }
}

/// Takes the frame off the thread.
#[inline(always)]
unsafe fn leave(ts: Ts, fp: Fp) {
    // SAFETY: as for `pop_frame`.
    unsafe {
        if (*fp).kind.get() & kind::OBSERVED != 0 {
            runtime::objects::frame::detach(&*fp);
        }
        (*ts).frame.set((*fp).previous.get());
        (*ts).recursion_remaining.set((*ts).recursion_remaining.get() + 1);
    }
}

/// # Safety
/// A generator runs in the frame.
#[inline(always)]
unsafe fn finish_generator(ts: Ts, fp: Fp) {
    // SAFETY: promised by the caller.
    unsafe {
        let generator = (*fp).generator.get().cast::<Generator>();
        unlink_exceptions(&*ts, generator);
        generator.state.set(GeneratorState::Finished);
    }
}

#[inline(always)]
fn unlink_exceptions(thread: &Thread, generator: Gc<Generator>) {
    thread.exc_info.set(generator.exc_info.previous.get());
    generator.exc_info.previous.set(core::ptr::null_mut());
}

/// # Safety
/// As for `push_frame`; ip (behind the YIELD_VALUE) and sp are saved.
#[inline(always)]
pub unsafe fn suspend_frame(ts: Ts, fp: Fp, value: Value) -> Result<Next, Value> {
    // SAFETY: promised by the caller.
    unsafe { if is_plain_generator(fp) { Ok(suspend_plain(ts, fp, value)) } else { suspend_special(ts, fp, value) } }
}

/// The generator was resumed by an instruction, and nobody looks at its frame.
///
/// # Safety
/// As for `push_frame`.
#[inline(always)]
pub unsafe fn is_plain_generator(fp: Fp) -> bool {
    // SAFETY: promised by the caller.
    unsafe { (*fp).kind.get() == kind::GENERATOR }
}

/// # Safety
/// As for `suspend_frame`, of a plain generator.
#[inline(always)]
pub unsafe fn suspend_plain(ts: Ts, fp: Fp, value: Value) -> Next {
    // SAFETY: promised by the caller.
    unsafe {
        suspend_generator(ts, fp);
        pop_plain(ts, fp, value)
    }
}

#[inline(always)]
unsafe fn suspend_generator(ts: Ts, fp: Fp) {
    // SAFETY: a generator runs in the frame.
    unsafe {
        let generator = (*fp).generator.get().cast::<Generator>();
        generator.state.set(GeneratorState::Suspended);
        unlink_exceptions(&*ts, generator);
        // What it has done while it was linked, the collector has not been told.
        runtime::heap::write_barrier(generator.value());
    }
}

/// The generator was resumed from Rust, and nobody looks at its frame.
///
/// # Safety
/// As for `push_frame`.
#[inline(always)]
pub unsafe fn is_entry_generator(fp: Fp) -> bool {
    // SAFETY: promised by the caller.
    unsafe { (*fp).kind.get() & !kind::DRAINED == kind::GENERATOR | kind::ENTRY }
}

/// # Safety
/// As for `suspend_frame`, of an entry generator; who resumed it from Rust goes on.
#[inline(always)]
pub unsafe fn suspend_entry(ts: Ts, fp: Fp) {
    // SAFETY: promised by the caller.
    unsafe {
        suspend_generator(ts, fp);
        (*ts).frame.set((*fp).previous.get());
        (*ts).recursion_remaining.set((*ts).recursion_remaining.get() + 1);
    }
    vm().yielded.set(true);
}

/// As `suspend_frame`, of a generator that was resumed from Rust or whose frame has an object.
///
/// # Safety
/// As for `suspend_frame`.
#[inline(never)]
pub unsafe fn suspend_special(ts: Ts, fp: Fp, value: Value) -> Result<Next, Value> {
    // SAFETY: promised by the caller.
    unsafe {
        suspend_generator(ts, fp);
        let kinds = (*fp).kind.get();
        leave(ts, fp);
        if kinds & kind::ENTRY != 0 {
            vm().yielded.set(true);
            return Err(value);
        }
        let caller = (*fp).previous.get();
        let sp = (*caller).sp.get();
        *sp = value;
        Ok(((*caller).ip.get(), sp.add(1), caller))
    }
}

/// Links the generator's frame above the running one, which is `below` (null: none runs).
///
/// # Safety
/// The generator is resumable; `kinds` tells how the frame ends; ip and sp of `below` are saved.
#[inline(always)]
unsafe fn enter_generator(ts: Ts, below: Fp, callees: *mut Value, generator: Gc<Generator>, kinds: u32) -> Fp {
    // SAFETY: promised by the caller.
    unsafe {
        let frame = (&raw const generator.get_ref().frame).cast_mut();
        generator.callees.set(callees);
        (*frame).previous.set(below);
        (*frame).kind.set(kind::GENERATOR | kinds);
        generator.state.set(GeneratorState::Running);
        if !generator.frame_object.get().is_null() {
            core::hint::cold_path();
            runtime::objects::frame::attach(generator.frame_object.get().cast(), &*frame);
        }
        generator.exc_info.previous.set((*ts).exc_info.get());
        (*ts).exc_info.set(&raw const generator.exc_info as *mut ExcInfo);
        (*ts).frame.set(frame);
        (*ts).recursion_remaining.set((*ts).recursion_remaining.get() - 1);
        frame
    }
}

/// # Safety
/// As for `push_frame`; the generator is resumable.
#[inline(always)]
pub unsafe fn resume_frame(ts: Ts, fp: Fp, generator: Gc<Generator>, value: Value) -> Option<Next> {
    // SAFETY: promised by the caller.
    unsafe {
        let frame = enter_generator(ts, fp, (*fp).callees(), generator, 0);
        let sp = (*frame).sp.get();
        // A fresh generator too takes a value: behind RETURN_GENERATOR stands a POP_TOP for it.
        *sp = value;
        Some(((*frame).ip.get(), sp.add(1), frame))
    }
}

/// Behind `resume_frame`: the generator may be waiting for another, which then goes on.
///
/// # Safety
/// As for `push_frame`; the value that arrives is the topmost operand.
#[inline(never)]
pub unsafe fn resume_on(ts: Ts, sp: *mut Value) -> Next {
    // SAFETY: promised by the caller; there is room for the value that arrives.
    unsafe {
        let value = *sp.sub(1);
        arrive(delegate::resume_innermost(&*ts), value)
    }
}

/// Behind `suspend_plain`: the frame that was yielded to may only pass the value on.
///
/// # Safety
/// As for `resume_on`.
#[inline(never)]
pub unsafe fn yield_on(ts: Ts, sp: *mut Value, fp: Fp) -> Next {
    // SAFETY: as in `resume_on`.
    unsafe {
        let value = *sp.sub(1);
        arrive(delegate::yield_outermost(&*ts, &*fp), value)
    }
}

#[inline(always)]
unsafe fn arrive(fp: Fp, value: Value) -> Next {
    // SAFETY: the frame waits for the value where its ip and sp stand.
    unsafe {
        let sp = (*fp).sp.get();
        *sp = value;
        ((*fp).ip.get(), sp.add(1), fp)
    }
}

/// Where a generator goes on that returns: behind the loop (END_FOR) or the SEND (END_SEND), which is the jump target of the instruction
/// before `next`.
#[inline(always)]
unsafe fn behind_loop(next: *const u32) -> *const u32 {
    // SAFETY: both instructions have one cache unit, so that the instruction, with its operand, stands two units before.
    unsafe { next.add((*next.sub(2) >> 8) as usize) }
}

/// Enters a generator from Rust. The frame is an entry frame.
///
/// # Safety
/// The generator is resumable and fits.
pub unsafe fn enter_from_rust(ts: Ts, generator: Gc<Generator>) -> Fp {
    // SAFETY: promised by the caller.
    unsafe { enter_generator(ts, (*ts).frame.get(), (*ts).stack_top(), generator, kind::ENTRY) }
}

/// Goes to the handler of the exception in `ts.raised`, through as many frames as need be.
///
/// # Safety
/// As for `push_frame`; ip and sp of `fp` are saved.
#[cold]
pub unsafe fn unwind(ts: Ts, fp: Fp) -> Result<Next, Value> {
    // SAFETY: promised by the caller.
    unsafe {
        let thread = &*ts;
        let mut fp = fp;
        // Raised in this frame, not in one above it.
        let mut first = true;
        loop {
            let raised = thread.take_raised();
            let frame = &*fp;
            let offset = frame.offset();
            let is_new = !vm().reraising.replace(false);
            if is_new {
                if raised.0.traceback.get().is_null() {
                    runtime::objects::exception::set_context(raised);
                }
                runtime::objects::traceback::add(raised, frame, offset);
            }
            let raised = match is_new {
                true if first => report_own_exception(event::RAISE, frame, offset, raised),
                true => report_exception(event::RAISE, frame, offset, raised),
                false => report_exception(event::RERAISE, frame, offset, raised),
            };
            if let Some(handler) = frame.code.handler(offset) {
                let now = report_exception(event::EXCEPTION_HANDLED, frame, handler.target, raised);
                if now.0 == raised.0 {
                    runtime::monitoring::handled(frame, offset, handler.target);
                    let place = if is_new { offset } else { first_raised_at(frame).unwrap_or(offset) };
                    return Ok(enter_handler(frame, fp, handler, place, raised));
                }
                // A callback raised: its exception is that of the handler's first instruction.
                frame.ip.set(frame.code.units().wrapping_add(handler.target as usize));
                thread.raised.set(now.value());
                vm().reraising.set(true);
                continue;
            }
            let raised = match is_new && first {
                true => report_own_exception(event::PY_UNWIND, frame, offset, raised),
                false => report_exception(event::PY_UNWIND, frame, offset, raised),
            };
            first = false;
            let kinds = frame.kind.get();
            leave(ts, fp);
            runtime::objects::traceback::ended_by(raised, frame);
            if kinds & kind::GENERATOR != 0 {
                finish_generator(ts, fp);
            }
            thread.raised.set(raised.value());
            if kinds & kind::ENTRY != 0 {
                return Err(NULL);
            }
            fp = frame.previous.get();
            // The caller's ip stands behind its call; the exception belongs to the call itself.
            let caller = &*fp;
            caller.ip.set(instruction_before(caller));
        }
    }
}

/// The instruction that ends right before the frame's ip.
fn instruction_before(frame: &Frame) -> *const u32 {
    let next = frame.offset();
    let start = frame.code.decoded().ok().and_then(|decoded| {
        let after = decoded.offsets.partition_point(|pair| pair.0 < next);
        decoded.offsets.get(after.wrapping_sub(1)).map(|pair| pair.0)
    });
    frame.code.units().wrapping_add(start.unwrap_or(0) as usize)
}

unsafe fn enter_handler(frame: &Frame, fp: Fp, handler: runtime::objects::code::Handler, offset: u32, raised: Raised) -> Next {
    // SAFETY: the depth lies within the frame's operand stack, by the compiler's table.
    unsafe {
        let mut sp = frame.stack_base().add(handler.depth as usize);
        if handler.push_lasti {
            *sp = Value::small_int(frame.code.cpython_offset(offset) as i64);
            sp = sp.add(1);
        }
        *sp = raised.value();
        (frame.code.units().add(handler.target as usize), sp.add(1), fp)
    }
}

/// Signals, finalizers and other requests. False: an exception is set.
///
/// # Safety
/// As for `push_frame`; ip and sp are saved.
#[cold]
pub unsafe fn periodic(ts: Ts, _fp: Fp) -> bool {
    // SAFETY: promised by the caller.
    let thread = unsafe { &*ts };
    match runtime::pending::run(thread) {
        Ok(()) => true,
        Err(raised) => {
            thread.raised.set(raised.value());
            false
        }
    }
}

/// An exception that a generator is resumed with, in its frame.
pub fn throw_into(frame: &Frame, place: u32, raised: Raised) {
    let exception: Gc<Exception> = report_exception(event::PY_THROW, frame, place, raised).0;
    runtime::vm::thread().raised.set(exception.value());
}
