//! From the checked definition to Rust text: one generator a file, one list of outputs.
//!
//! A generator is a pure function from the model to text. It knows representations, layouts and intrinsics, which the
//! definition declares, and never an instruction or a Python type by name: where it would have to, a property is missing
//! from the language. Not here: parsing and checking (`analyzer`), writing files (`cargo xtask regen`).

use analyzer::model::Model;

pub mod file;

/// A committed file and the function that makes its text.
pub struct Output {
    /// From the root of the repository.
    pub path: &'static str,
    pub generate: fn(&Model) -> String,
}

/// Everything that is generated.
pub const OUTPUTS: &[Output] = &[
];
