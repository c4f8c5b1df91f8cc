//! `--dis`: the instructions of a code object as this VM runs them, with CPython's offsets. Not here: the module `dis`.

use crate::error::R;
use crate::generated::opcode;
use crate::object::Gc;
use crate::objects::code::Code;
use crate::objects::tuple::Tuple;
use crate::ops;
use crate::vm::intern;
use core::fmt::Write;

/// The code object and those in its constants, outermost first.
pub fn text(code: Gc<Code>) -> R<String> {
    let mut out = String::new();
    write_code(&mut out, code)?;
    Ok(out)
}

fn write_code(out: &mut String, code: Gc<Code>) -> R<()> {
    crate::vm::check_native_stack(" while disassembling")?;
    let name = ops::str_string(code.qualname.get())?;
    let file = ops::str_string(code.filename.get())?;
    let _ = writeln!(out, "{name} ({file}:{})", code.firstlineno.get());
    code.decode()?;
    let decoded = code.decoded()?;
    let constants = ops::getattr(code.value(), intern("co_consts"))?.downcast::<Tuple>();
    let names = ops::getattr(code.value(), intern("co_names"))?.downcast::<Tuple>();
    let mut last_line = 0;
    for &(at, cpython) in &decoded.offsets {
        let Some(unit) = decoded.units.get(at as usize) else { break };
        let (op, oparg) = (unit.get() as u8, unit.get() >> 8);
        let line = code.position(at).line;
        let shown = if line > 0 && line != last_line { line.to_string() } else { String::new() };
        last_line = line;
        let own = opcode::NAMES[opcode::FIRST[op as usize] as usize];
        let end = at + opcode::length(op) as u32;
        let detail = match own {
            "LOAD_CONST" => item(constants, oparg as usize, true)?,
            "LOAD_NAME" | "STORE_NAME" | "DELETE_NAME" | "STORE_GLOBAL" | "DELETE_GLOBAL" | "STORE_ATTR" | "DELETE_ATTR"
            | "IMPORT_NAME" | "IMPORT_FROM" => item(names, oparg as usize, false)?,
            "LOAD_GLOBAL" | "LOAD_ATTR" => item(names, oparg as usize >> 1, false)?,
            "LOAD_SUPER_ATTR" => item(names, oparg as usize >> 2, false)?,
            "JUMP_BACKWARD" | "JUMP_BACKWARD_NO_INTERRUPT" => to(code, end.checked_sub(oparg)),
            "FOR_ITER" | "SEND" | "JUMP_FORWARD" => to(code, end.checked_add(oparg)),
            _ if own.starts_with("POP_JUMP_IF") => to(code, end.checked_add(oparg)),
            _ => String::new(),
        };
        let _ = writeln!(out, "{shown:>5} {:>6}  {own:<34}{oparg:>6}{detail}", cpython * 2);
    }
    for handler in &decoded.handlers {
        let offset = |unit: u32| code.cpython_offset(unit) * 2;
        let _ = writeln!(
            out,
            "      handler  {} to {} -> {} [{}]",
            offset(handler.start),
            offset(handler.end),
            offset(handler.target),
            handler.depth
        );
    }
    for constant in constants.map_or(&[][..], |constants| constants.items()) {
        if let Some(inner) = constant.downcast::<Code>() {
            out.push('\n');
            write_code(out, inner)?;
        }
    }
    Ok(())
}

fn item(items: Option<Gc<Tuple>>, index: usize, as_repr: bool) -> R<String> {
    let Some(value) = items.and_then(|items| items.items().get(index).copied()) else { return Ok(String::new()) };
    let text = if as_repr { ops::repr_string(value)? } else { ops::str_string(value)? };
    Ok(format!("  ({text})"))
}
fn to(code: Gc<Code>, unit: Option<u32>) -> String {
    unit.map_or(String::new(), |unit| format!("  (to {})", code.cpython_offset(unit) * 2))
}
