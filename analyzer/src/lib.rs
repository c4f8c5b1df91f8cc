//! Definition text in, checked and typed model out.
//!
//! `opcodes.def` and the files it names are read, parsed and checked here; what comes out is
//! [`model::Model`], from which `codegen` writes Rust. Nothing of the virtual machine is known here.

pub mod model;

pub use model::Model;
