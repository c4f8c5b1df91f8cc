//! What `cargo xtask regen` makes of `opcodes.def`. Nothing in the folder is written by hand.

pub mod fns;
#[macro_use]
mod handlers;
#[cfg(dispatch = "switch")]
pub mod dispatch_switch;
#[cfg(dispatch = "tail")]
pub mod dispatch_tail;
pub mod specialize;
