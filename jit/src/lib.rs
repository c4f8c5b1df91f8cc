//! Traces: what was recorded, the micro-ops and values they consist of, and the machine code made of them.
//! Not here: the interpreter and the recorder (`interp`), what an instruction does (`opcodes.def`).

pub mod build;
pub mod emit;
pub mod generated;
pub mod ir;
pub mod lines;
#[cfg(feature = "machine")]
pub mod machine;
pub mod restore;
pub mod settings;
pub mod show;
pub mod support;
pub mod trace;
