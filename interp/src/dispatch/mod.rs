//! What the generated handlers are written in, and the ways to run them. Not here: what an instruction does
//! (`opcodes.def`), frames and unwinding (`frame_ops.rs`).

use runtime::frame::Frame;
use runtime::value::Value;
use runtime::vm::Thread;

#[macro_use]
pub mod words;
#[macro_use]
pub mod switch;

/// The instruction that runs.
pub type Ip = *const u32;
/// The first free slot of the operand stack.
pub type Sp = *mut Value;
/// The running frame.
pub type Fp = *mut Frame;
pub type Ts = *const Thread;

/// Where to go on.
pub type Next = (Ip, Sp, Fp);
