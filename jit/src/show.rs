//! A trace's IR and exits for people (`--dump=uops,exits`): objects, helpers and classes of memory by name, nothing that differs from run
//! to run. Not here: the form that parses back (`ir::text`).

use crate::generated::{helpers::HELPERS, layouts};
use crate::ir::exits::{ExitMap, Source};
use crate::ir::text::{Names, named};
use crate::ir::{Class, Func, Id, Op, Ty};
use crate::trace::text::{self, position};
use runtime::objects::code::Code;
use runtime::objects::str::Str;
use runtime::value::Value;
use runtime::vm::vm;
use std::collections::HashMap;
use std::fmt::Write;

/// The IR with names.
pub fn uops(func: &Func) -> String {
    named(func, &names(func))
}

/// Exit by exit: number, kind, where the interpreter goes on, and what it finds there.
pub fn exits(exits: &[ExitMap], counts: Option<&dyn Fn(usize) -> u32>) -> String {
    let mut text = String::new();
    for (number, exit) in exits.iter().enumerate() {
        let taken = counts.map_or(String::new(), |count| format!(", {} times", count(number)));
        let _ = write!(text, "exit {number} {}{taken}", exit.key.kind.word());
        for frame in &exit.frames {
            let place = frame.code.downcast::<Code>().map_or_else(String::new, |code| position(code, frame.ip));
            let _ = write!(text, "; {} at {place} +{}", show(frame.code), frame.ip);
            let _ = write!(text, "{}", if frame.is_virtual { " virtual" } else { "" });
            for slot in &frame.slots {
                let source = match slot.source {
                    Source::Stored(at) => format!("word {at}"),
                    Source::Const(bits) => constant(bits, slot.repr.map(|repr| repr.ty())),
                };
                let _ = write!(text, ", {} = {source}", slot.slot);
            }
        }
        text.push('\n');
    }
    text
}

/// A value: what it is and, where that is short, its content.
fn show(value: Value) -> String {
    if let Some(text) = value.downcast::<Str>() {
        let text = text.to_string_lossy();
        let short: String = text.chars().take(24).collect();
        return format!("{short:?}{}", if short.len() < text.len() { ".." } else { "" });
    }
    match value {
        value if value.is_int() => value.unbox_int().to_string(),
        value if value.is_float() => format!("{:?}", value.unbox_float()),
        value => text::show(value),
    }
}

fn constant(bits: u64, ty: Option<Ty>) -> String {
    match ty {
        Some(Ty::F64) => format!("{:?}", f64::from_bits(bits)),
        Some(_) => format!("{}", bits as i64),
        None => show(Value(bits)),
    }
}

fn names(func: &Func) -> Names {
    let roots = func.roots.iter().map(|root| show(*root)).collect();
    let helpers = HELPERS.iter().map(|helper| helper.name).collect();
    Names { roots, constants: constants(func), helpers, classes: layouts::CLASSES }
}

/// Addresses in code, and what is compared with shapes and versions.
fn constants(func: &Func) -> HashMap<Id, String> {
    let codes: Vec<_> = func.roots.iter().filter_map(|root| root.downcast::<Code>()).collect();
    let mut names = HashMap::new();
    for (at, def) in func.defs.iter().enumerate() {
        let id = Id(at as u32);
        match def.op {
            Op::Const(bits) if def.ty == Some(Ty::Ptr) && bits > u64::from(u16::MAX) => {
                let address = bits as usize;
                let found = codes.iter().find_map(|code| {
                    let name = show(code.value());
                    if address == code.consts.get() as usize {
                        return Some(format!("constants of {name}"));
                    }
                    let units = code.details.decoded.get()?.units.len();
                    let offset = address.checked_sub(code.units() as usize)? / 4;
                    (offset < units).then(|| format!("{name} +{offset}"))
                });
                names.insert(id, found.unwrap_or_else(|| "address".to_string()));
            }
            Op::Compare(_, a, b) => {
                for (constant, other) in [(a, b), (b, a)] {
                    if let (Some(bits), Op::Load { class, .. }) = (func.as_const(constant), func.op(other))
                        && let Some(name) = compared(*class, bits)
                    {
                        names.insert(constant, name);
                    }
                }
            }
            _ => {}
        }
    }
    names
}

fn compared(class: Class, bits: u64) -> Option<String> {
    if class == layouts::OBJECT_SHAPE.class {
        return Some(format!("shape of {}", vm().shapes.get(bits as u32).class.name()));
    }
    layouts::CLASSES.get(class.0 as usize)?.contains("version").then(|| "version".to_string())
}
