//! The interpreter: dispatch of the generated handlers, specialization of sites, frames, unwinding.
//! Not here: what an instruction does (`opcodes.def`), what an operation means (`runtime`).

#![cfg_attr(become_calls, feature(explicit_tail_calls, rust_preserve_none_cc))]
#![cfg_attr(become_calls, allow(incomplete_features))]

#[macro_use]
pub mod dispatch;
pub mod eval;
pub mod frame_ops;
pub mod generated;
pub mod site;
#[cfg(any(feature = "stats", test))]
pub mod stats;
pub mod tracing;
