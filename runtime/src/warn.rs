//! Warnings from native code, through the `warnings` machinery.

use crate::error::R;
use crate::object::Gc;
use crate::objects::class::Class;

/// A warning at a place of a source file.
pub fn explicit(_class: Gc<Class>, _message: &str, _filename: &str, _lineno: u32) -> R<()> {
    Ok(())
}
