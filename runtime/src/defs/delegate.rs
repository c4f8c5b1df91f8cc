//! Generators that wait for generators (`yield from`, `await`): what is sent goes down to the innermost and what it yields comes up, in
//! one go. Frame by frame it would be a resumption, a jump and a SEND, or a YIELD_VALUE: what is done here is what these instructions do,
//! wherever nothing but them could happen in the frame. Not here: entering and leaving a single generator (`interp`, `jit`).

use super::{SHAPE_COROUTINE, SHAPE_GENERATOR};
use crate::frame::{Frame, kind};
use crate::generated::opcode as op;
use crate::object::Gc;
use crate::objects::generator::{Generator, GeneratorState};
use crate::value::Value;
use crate::vm::{ExcInfo, Thread};

/// In the operand of a RESUME: behind a `yield from` (2) or an `await` (3).
pub const WAITS: u32 = 2;

/// A generator that goes on here may be waiting for another: `resume_innermost` finds out.
///
/// # Safety
/// `ip` is at an instruction.
#[inline(always)]
pub unsafe fn may_wait(ip: *const u32) -> bool {
    // SAFETY: promised by the caller.
    unsafe { *ip & WAITS << 8 != 0 }
}

/// A frame that goes on here may only pass on what it has got: `yield_outermost` finds out.
///
/// # Safety
/// `ip` is at an instruction.
#[inline(always)]
pub unsafe fn may_pass_on(ip: *const u32) -> bool {
    // SAFETY: promised by the caller.
    unsafe { *ip as u8 == op::YIELD_VALUE_GEN }
}

/// Where the SEND stands to which the frame goes back from `ip` without doing anything else, and that its receiver is resumed.
///
/// # Safety
/// `ip` is at an instruction of checked code.
#[inline(always)]
unsafe fn send_of(ip: *const u32) -> Option<*const u32> {
    // SAFETY: behind an instruction stands another, and jumps lead to instructions.
    unsafe {
        // A trace that begins at the RESUME has the operand, too.
        let goes_on = matches!(*ip as u8, op::RESUME | op::RESUME_CHECK | op::ENTER_EXECUTOR);
        let jump = ip.add(op::length(op::RESUME));
        if !may_wait(ip) || !goes_on || *jump as u8 != op::JUMP_BACKWARD_NO_INTERRUPT {
            return None;
        }
        let send = jump.add(1).sub((*jump >> 8) as usize);
        (*send as u8 == op::SEND_GEN).then_some(send)
    }
}

/// A generator that SEND can resume, at whose frame nobody looks.
#[inline(always)]
fn resumable(v: Value) -> Option<Gc<Generator>> {
    if !v.is_object() || !matches!(v.header().shape.get(), SHAPE_GENERATOR | SHAPE_COROUTINE) {
        return None;
    }
    let generator = v.cast::<Generator>();
    (generator.state.get() <= GeneratorState::Suspended && generator.frame_object.get().is_null()).then_some(generator)
}

/// The thread's running frame is that of a generator which has just been resumed and has got no value yet: RESUME, the jump and SEND of
/// this frame and of those that it waits for. The frame that the value goes to, which is the running one then.
pub extern "C" fn resume_innermost(thread: &Thread) -> *mut Frame {
    let mut frame = thread.frame.get();
    // Requests to the thread are looked at by RESUME.
    if thread.eval_breaker.get() != 0 {
        return frame;
    }
    let (mut remaining, mut outer) = (thread.recursion_remaining.get(), thread.exc_info.get());
    // SAFETY: a generator runs in the frame, whose code is checked; a suspended generator's frame is complete in its cell.
    unsafe {
        let callees = (*frame).callees();
        while remaining > 1
            && let Some(send) = send_of((*frame).ip.get())
            && let Some(generator) = resumable(*(*frame).sp.get().sub(1))
        {
            (*frame).ip.set(send.add(op::length(op::SEND)));
            generator.callees.set(callees);
            generator.state.set(GeneratorState::Running);
            generator.exc_info.previous.set(outer);
            outer = &raw const generator.exc_info as *mut ExcInfo;
            let inner = (&raw const generator.get_ref().frame).cast_mut();
            (*inner).previous.set(frame);
            (*inner).kind.set(kind::GENERATOR);
            remaining -= 1;
            frame = inner;
        }
    }
    thread.exc_info.set(outer);
    thread.recursion_remaining.set(remaining);
    thread.frame.set(frame);
    frame
}

/// A generator has yielded to `frame`, which has not got the value yet: YIELD_VALUE of this frame and of those below it, as long as they
/// stand at one. The frame that the value goes to, which is the running one then.
pub extern "C" fn yield_outermost(thread: &Thread, frame: &Frame) -> *mut Frame {
    let mut frame = (&raw const *frame).cast_mut();
    let (mut left, mut outer) = (0, thread.exc_info.get());
    // SAFETY: the frames are linked, and their code is checked.
    unsafe {
        while op::HEAD[*(*frame).ip.get() as u8 as usize] == op::YIELD_VALUE && (*frame).kind.get() == kind::GENERATOR {
            let generator = (*frame).generator.get().cast::<Generator>();
            (*frame).ip.set((*frame).ip.get().add(op::length(op::YIELD_VALUE)));
            generator.state.set(GeneratorState::Suspended);
            outer = generator.exc_info.previous.replace(core::ptr::null_mut());
            // What it has done while it was linked, the collector has not been told.
            crate::heap::write_barrier(generator.value());
            left += 1;
            frame = (*frame).previous.get();
        }
    }
    thread.exc_info.set(outer);
    thread.recursion_remaining.set(thread.recursion_remaining.get() + left);
    thread.frame.set(frame);
    frame
}
