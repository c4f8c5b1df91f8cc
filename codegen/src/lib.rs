//! From the checked definition to Rust text: one generator a file, one list of outputs.
//!
//! A generator is a pure function from the model to text. It knows representations, layouts and
//! intrinsics, which the definition declares, and never an instruction or a Python type by name:
//! where it would have to, a property is missing from the language. Not here: parsing and checking
//! (`analyzer`), writing files (`cargo xtask regen`).

use analyzer::model::Model;

mod body;
pub mod dispatch_switch;
pub mod dispatch_tail;
pub mod docs;
pub mod explain;
mod expr;
pub mod file;
pub mod fns;
pub mod handlers;
pub mod lower;
mod lower_body;
mod lower_expr;
pub mod lower_tables;
mod names;
pub mod opcode;
mod plan;
pub mod record;
pub mod specialize;
mod stack;
mod types;
mod walk;

/// A committed file and the function that makes its text.
pub struct Output {
    /// From the root of the repository.
    pub path: &'static str,
    pub generate: fn(&Model) -> String,
}

/// Everything that is generated.
pub const OUTPUTS: &[Output] = &[
    Output { path: "runtime/src/generated/opcode.rs", generate: opcode::generate },
    Output { path: "interp/src/generated/fns.rs", generate: fns::generate },
    Output { path: "interp/src/generated/handlers.rs", generate: handlers::generate },
    Output { path: "interp/src/generated/specialize.rs", generate: specialize::generate },
    Output { path: "interp/src/generated/record.rs", generate: record::generate },
    Output { path: "interp/src/generated/dispatch_switch.rs", generate: dispatch_switch::generate },
    Output { path: "interp/src/generated/dispatch_tail.rs", generate: dispatch_tail::generate },
    Output { path: "jit/src/generated/lower.rs", generate: lower::generate },
    Output { path: "jit/src/generated/layouts.rs", generate: lower_tables::layouts },
    Output { path: "jit/src/generated/helpers.rs", generate: lower_tables::helpers },
    Output { path: "jit/src/generated/uops.rs", generate: lower_tables::uops },
    Output { path: "docs/opcodes.md", generate: docs::generate },
];
