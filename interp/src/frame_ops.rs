//! What handlers do with frames: push, pop, suspend, resume, and unwinding to the handler of an exception. The contract is written in
//! `dispatch/switch.rs`. Not here: making frames (`runtime::bind`), entering the dispatch (`eval`).

use crate::dispatch::{Fp, Next, Ts};
use runtime::error::Raised;
use runtime::frame::{self, Frame, kind};
use runtime::object::Gc;
use runtime::objects::exception::Exception;
use runtime::objects::generator::{Generator, GeneratorState};
use runtime::value::{NONE, NULL, Value};
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
        if kinds & kind::GENERATOR != 0 {
            finish_generator(ts, (*fp).generator.get().cast::<Generator>());
            vm().yielded.set(false);
        }
        if kinds & kind::ENTRY != 0 {
            return Err(value);
        }
        let caller = (*fp).previous.get();
        let sp = (*caller).sp.get();
        *sp = value;
        let skip = if kinds & kind::GENERATOR != 0 { (*caller).return_offset.get() } else { 0 };
        Ok(((*caller).ip.get().add(skip as usize), sp.add(1), caller))
    }
}

/// A few words, without a call: the frames of generators are small. The empty assembly keeps LLVM from making a `memcpy` of it.
///
/// # Safety
/// `from` has `count` words to read, `to` as many to write; they do not overlap.
#[inline(always)]
unsafe fn copy_words(from: *const Value, to: *mut Value, count: usize) {
    for i in 0..count {
        // SAFETY: promised by the caller.
        unsafe {
            *to.add(i) = *from.add(i);
            core::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
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

fn finish_generator(ts: Ts, generator: Gc<Generator>) {
    // SAFETY: the thread of the running handler.
    let thread = unsafe { &*ts };
    leave_generator(thread, generator);
    generator.state.set(GeneratorState::Finished);
    generator.saved.set(core::ptr::null_mut());
    generator.stack_len.set(0);
    generator.nlocals.set(0);
}

#[inline(always)]
fn leave_generator(thread: &Thread, generator: Gc<Generator>) {
    thread.exc_info.set(generator.exc_info.previous.get());
    generator.exc_info.previous.set(core::ptr::null_mut());
    generator.frame.set(core::ptr::null_mut());
}

/// # Safety
/// As for `push_frame`; ip (behind the YIELD_VALUE) and sp are saved.
#[inline(always)]
pub unsafe fn suspend_frame(ts: Ts, fp: Fp, value: Value) -> Result<Next, Value> {
    // SAFETY: promised by the caller.
    unsafe {
        let generator = (*fp).generator.get().cast::<Generator>();
        let nlocals = (&*fp).code.nlocalsplus.get() as usize;
        let depth = (*fp).depth();
        copy_words((*fp).locals(), generator.saved.get(), nlocals + depth);
        runtime::heap::write_barrier(generator.value());
        generator.stack_len.set(depth);
        generator.ip.set((*fp).ip.get());
        // The oparg of YIELD_VALUE: 1 inside `yield from` and `await`.
        generator.delegating.set(*(*fp).ip.get().sub(1) >> 8 == 1);
        generator.state.set(GeneratorState::Suspended);
        leave_generator(&*ts, generator);
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

/// Pushes the generator's frame above the running one.
///
/// # Safety
/// The generator is resumable and fits; `kinds` tells how the frame ends.
#[inline(always)]
unsafe fn enter_generator(ts: Ts, generator: Gc<Generator>, kinds: u32) -> Fp {
    // SAFETY: promised by the caller.
    unsafe {
        let frame = frame::init(&*ts, generator.function);
        let words = generator.nlocals.get() + generator.stack_len.get();
        copy_words(generator.saved.get(), (*frame).locals(), words);
        (*frame).sp.set((*frame).locals().add(words));
        (*frame).ip.set(generator.ip.get());
        (*frame).kind.set(kind::GENERATOR | kinds);
        (*frame).generator.set(generator.value());
        generator.frame.set(frame);
        generator.state.set(GeneratorState::Running);
        if let Some(object) = generator.frame_object.get().downcast::<runtime::objects::frame::FrameObject>() {
            runtime::objects::frame::attach(object, &*frame);
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
        // A generator that returns goes on behind the loop (END_FOR) or the SEND (END_SEND): at the jump target of the instruction,
        // whose oparg stands before its caches.
        let resumed_by = resumed_by((*fp).ip.get());
        (*fp).return_offset.set(resumed_by);
        let frame = enter_generator(ts, generator, 0);
        let sp = (*frame).sp.get();
        // A fresh generator too takes a value: behind RETURN_GENERATOR stands a POP_TOP for it.
        *sp = value;
        Some(((*frame).ip.get(), sp.add(1), frame))
    }
}

/// The jump distance of the FOR_ITER or SEND that ends right before `next`.
unsafe fn resumed_by(next: *const u32) -> u32 {
    // SAFETY: both instructions have one cache unit, so that the instruction stands two units before.
    unsafe { *next.sub(2) >> 8 }
}

/// Enters a generator from Rust. The frame is an entry frame.
///
/// # Safety
/// The generator is resumable and fits.
pub unsafe fn enter_from_rust(ts: Ts, generator: Gc<Generator>) -> Fp {
    // SAFETY: promised by the caller.
    unsafe { enter_generator(ts, generator, kind::ENTRY) }
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
        loop {
            let raised = thread.take_raised();
            let frame = &*fp;
            let offset = frame.offset();
            if !vm().reraising.replace(false) {
                if raised.0.traceback.get().is_null() {
                    runtime::objects::exception::set_context(raised);
                }
                runtime::objects::traceback::add(raised, frame, offset);
            }
            if let Some(handler) = frame.code.handler(offset) {
                return Ok(enter_handler(frame, fp, handler, offset, raised));
            }
            let kinds = frame.kind.get();
            leave(ts, fp);
            runtime::objects::traceback::ended_by(raised, frame);
            if kinds & kind::GENERATOR != 0 {
                finish_generator(ts, frame.generator.get().cast::<Generator>());
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

/// An exception that a generator is resumed with.
pub fn throw_into(raised: Raised) {
    let exception: Gc<Exception> = raised.0;
    runtime::vm::thread().raised.set(exception.value());
}
