//! Warnings from native code. Not here: the filters (`modules/_warnings.rs`).

use crate::error::R;
use crate::modules::_warnings;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::vm::types;

/// A warning at a place of a source file.
pub fn explicit(class: Gc<Class>, message: &str, filename: &str, lineno: u32) -> R<()> {
    _warnings::explicit(class, message, filename, lineno)
}

/// A warning about what the running Python code does.
pub fn warn(class: Gc<Class>, message: &str) -> R<()> {
    _warnings::warn(class, message)
}
pub fn deprecated(message: &str) -> R<()> {
    warn(types().deprecation_warning, message)
}
