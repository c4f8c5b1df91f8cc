//! What `cargo xtask regen` makes of `opcodes.def`. Nothing in the folder is written by hand.

pub mod fns;
#[macro_use]
mod handlers;
pub mod dispatch_switch;
pub mod specialize;
