//! How a program ends: the report of an uncaught exception, the exit code.

use crate::error::Raised;
use crate::ops;
use crate::vm::types;
use std::process::ExitCode;

/// Prints an uncaught exception; the exit code.
pub fn report(raised: Raised) -> i32 {
    let class = crate::vm::class_of(raised.value());
    let text = ops::str_string(raised.value()).unwrap_or_default();
    let mut at = raised.0.traceback.get();
    eprintln!("Traceback (most recent call last):");
    while let Some(entry) = at.downcast::<crate::objects::traceback::Traceback>() {
        let file = ops::str_string(entry.code.filename.get()).unwrap_or_default();
        let name = ops::str_string(entry.code.qualname.get()).unwrap_or_default();
        eprintln!("  File \"{file}\", line {}, in {name}", entry.lineno.get());
        at = entry.next.get();
    }
    if text.is_empty() { eprintln!("{}", class.name()) } else { eprintln!("{}: {text}", class.name()) }
    if raised.is(types().keyboard_interrupt) { 130 } else { 1 }
}

pub fn finish(code: i32) -> ExitCode {
    ExitCode::from(code as u8)
}
