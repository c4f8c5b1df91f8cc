//! Warnings from native code, through the `warnings` machinery.

use crate::error::R;
use crate::object::Gc;
use crate::objects::class::Class;

/// A warning at a place of a source file.
pub fn explicit(_class: Gc<Class>, _message: &str, _filename: &str, _lineno: u32) -> R<()> {
    Ok(())
}

/// A warning about what the running Python code does.
pub fn warn(class: Gc<Class>, message: &str) -> R<()> {
    let module = crate::import::import_module("warnings")?;
    let function = crate::ops::getattr(module, crate::vm::intern("warn"))?;
    crate::ops::call_positional(function, &[crate::objects::str::new(message).value(), class.value()])?;
    Ok(())
}
pub fn deprecated(message: &str) -> R<()> {
    warn(crate::vm::types().deprecation_warning, message)
}
