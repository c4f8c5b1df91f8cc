//! What `cargo xtask regen` makes of `opcodes.def`. Nothing in the folder is written by hand.

pub mod opcode;
