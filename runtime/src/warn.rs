//! Warnings from native code, through the `warnings` machinery: the module when it runs, else the default filters.

use crate::error::R;
use crate::object::Gc;
use crate::objects::class::Class;
use crate::objects::str;
use crate::ops;
use crate::value::{NONE, Value};
use crate::vm::{intern, types, vm};

/// A warning at a place of a source file.
pub fn explicit(class: Gc<Class>, message: &str, filename: &str, lineno: u32) -> R<()> {
    let module = crate::import::import_module("warnings")?;
    let function = ops::getattr(module, intern("warn_explicit"))?;
    let args = [str::new(message).value(), class.value(), str::new(filename).value(), Value::int(lineno as i64)];
    ops::call_positional(function, &args).map(drop)
}

/// A warning about what the running Python code does.
pub fn warn(class: Gc<Class>, message: &str) -> R<()> {
    if is_ignored_by_default(class) {
        return Ok(());
    }
    let module = crate::import::import_module("warnings")?;
    let function = ops::getattr(module, intern("warn"))?;
    ops::call_positional(function, &[str::new(message).value(), class.value()]).map(drop)
}
pub fn deprecated(message: &str) -> R<()> {
    warn(types().deprecation_warning, message)
}

/// Spares the import of `warnings` where its default filters ignore the category wherever the warning comes from.
fn is_ignored_by_default(class: Gc<Class>) -> bool {
    let loaded = vm().modules.get().and_then(|modules| modules.get_text("warnings")).is_some_and(|module| module != NONE);
    let t = types();
    let ignored = [t.pending_deprecation_warning, t.import_warning, t.resource_warning];
    !loaded && ignored.iter().any(|base| class.is_subclass(*base))
}
