//! What `cargo xtask regen` makes of `opcodes.def`. Nothing in the folder is written by hand.

// What a definition does not need stays unused; names are spelled as in the definition.
#![allow(unused, non_snake_case, clippy::all)]

pub mod fns;
#[macro_use]
mod handlers;
#[cfg(any(dispatch = "switch", dispatch = "goto"))]
pub mod dispatch_switch;
#[cfg(dispatch = "tail")]
pub mod dispatch_tail;
pub mod record;
pub mod specialize;
