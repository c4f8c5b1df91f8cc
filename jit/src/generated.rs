//! What `cargo xtask regen` makes of `opcodes.def` for traces. Nothing in the folder is written by hand.

// What a definition does not need stays unused; names are spelled as in the definition.
#![allow(unused, non_snake_case, clippy::all)]

pub mod helpers;
pub mod layouts;
pub mod lower;
pub mod uops;
