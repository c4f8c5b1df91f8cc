//! What the generated handlers are written in, and the ways to run them. Not here: what an
//! instruction does (`opcodes.def`), frames and unwinding (`frame_ops.rs`).
//!
//! `run(ts, fp)` runs from the place that is saved in the frame until an entry frame returns. The
//! build chooses the mode (`build.rs`); `switch.rs` and `tail.rs` give the ends of a handler their
//! meaning.
//!
//! Frames are the business of `frame_ops`, in this contract (`Next` is the ip, sp and fp to go on
//! with):
//!
//! ```text
//! push_frame(ts, fp, callee) -> Next          the caller's ip (behind the call) and sp are saved
//! pop_frame(ts, fp, value)                    Result<Next, Value>; Err: an entry frame returned
//! suspend_frame(ts, fp, value)                as pop_frame; ip and sp are saved
//! resume_frame(ts, fp, generator, value)      Option<Next>; None: an exception is set, no more
//! unwind(ts, fp)                              Result<Next, Value>: to the exception's handler;
//!                                             Err(NULL): it leaves an entry frame
//! periodic(ts, fp) -> bool                    ends the request; false: an exception is set
//! ```

use runtime::frame::Frame;
use runtime::value::Value;
use runtime::vm::Thread;

// A definition need not use every word.
#[allow(unused_macros)]
#[macro_use]
pub mod words;
// One mode is compiled: each defines the same words for the ends of a handler.
#[cfg(any(dispatch = "switch", dispatch = "goto"))]
#[allow(unused_macros)]
#[macro_use]
pub mod switch;
#[cfg(dispatch = "tail")]
#[allow(unused_macros)]
#[macro_use]
pub mod tail;

#[cfg(all(dispatch = "tail", not(become_calls)))]
pub use tail::run;

/// Runs from the place that is saved in the frame until an entry frame returns. NULL: an exception
/// left it.
///
/// # Safety
/// `fp` is the running frame of the thread, on top of its stack, with checked code.
#[cfg(not(all(dispatch = "tail", not(become_calls))))]
pub unsafe fn run(ts: Ts, fp: Fp) -> Value {
    #[cfg(dispatch = "tail")]
    use tail::run;
    #[cfg(not(dispatch = "tail"))]
    use crate::generated::dispatch_switch::start as run;
    // SAFETY: promised by the caller.
    unsafe { runtime::heap::enter_dispatch(&*ts, || run(ts, fp)) }
}

/// The instruction that runs.
pub type Ip = *const u32;
/// The first free slot of the operand stack.
pub type Sp = *mut Value;
/// The running frame.
pub type Fp = *mut Frame;
pub type Ts = *const Thread;

/// Where to go on.
pub type Next = (Ip, Sp, Fp);
