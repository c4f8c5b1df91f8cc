//! A trace's IR and exits for people (`--dump=uops,exits`): objects, helpers and classes of memory by name, nothing that differs from run
//! to run. What exits are called, here and in
//! profiles. Not here: the form that parses back (`ir::text`).

use crate::generated::{helpers::HELPERS, layouts};
use crate::ir::exits::{ExitMap, Exits, FrameMap, Source};
use crate::ir::text::{Names, named, op};
use crate::ir::{Class, Compare, ExitKind, Func, Id, Op, Repr, Ty, Unary};
use crate::lines::Line;
use crate::trace::Entry;
use crate::trace::text::{self, position};
use runtime::generated::opcode;
use runtime::objects::code::Code;
use runtime::objects::str::Str;
use runtime::value::Value;
use runtime::vm::vm;
use std::collections::HashMap;
use std::fmt::Write;

/// The IR with names.
pub fn uops(func: &Func) -> Vec<Line> {
    named(func, &names(func))
}

/// What the interpreter finds behind an exit: frame by frame where it goes on, and the slots that the exit writes.
pub fn restored(exit: &ExitMap) -> Vec<String> {
    let frame = |frame: &FrameMap| {
        let place = frame.code.downcast::<Code>().map_or_else(String::new, |code| position(code, frame.ip));
        let mut text = format!("{} at {place} +{}", show(frame.code), frame.ip);
        text.push_str(if frame.is_virtual { " virtual" } else { "" });
        for slot in &frame.slots {
            let source = match slot.source {
                Source::Stored(at) => format!("word {at}"),
                Source::Const(bits) => constant(bits, slot.repr.map(|repr| repr.ty())),
            };
            let _ = write!(text, ", {} = {source}", slot.slot);
        }
        text
    };
    exit.frames.iter().map(frame).collect()
}

/// What an exit is, for people and profilers.
pub struct Label {
    /// The instruction of the trace that first has it, by its place there.
    pub entry: Option<u32>,
    /// `LOAD_ATTR_SLOT guard`, `end of trace`.
    pub name: String,
    /// What is so when it is taken, for each guard that leads to it.
    pub reasons: Vec<String>,
    /// What leads to it.
    pub ids: Vec<Id>,
}

/// By the number of the exit.
pub fn labels(func: &Func, entries: &[Entry]) -> Vec<Label> {
    let (exits, names) = (Exits::of(func), names(func));
    let label = |_| Label { entry: None, name: String::new(), reasons: Vec::new(), ids: Vec::new() };
    let mut labels: Vec<Label> = exits.list.iter().map(label).collect();
    let mut parts: Vec<(Vec<&str>, String)> = vec![Default::default(); labels.len()];
    func.visit(|_, id| {
        let Some(number) = exits.number(func.op(id)) else { return };
        let (label, (instructions, what)) = (&mut labels[number as usize], &mut parts[number as usize]);
        label.ids.push(id);
        let origin = func.origin(id).and_then(|at| Some((at, entries.get(at as usize)?)));
        if let Some((at, entry)) = origin {
            label.entry.get_or_insert(at);
            let name = opcode::NAMES[entry.opcode as usize];
            if !instructions.contains(&name) {
                instructions.push(name);
            }
        }
        *what = match *func.op(id) {
            Op::Guard { kind: ExitKind::Error, .. } | Op::Leave { kind: ExitKind::Error, .. } => "error".to_string(),
            Op::Guard { .. } => "guard".to_string(),
            Op::CheckValid { .. } => "look at validity".to_string(),
            Op::Link { executor, .. } => format!("on to trace {executor}"),
            Op::Dispatch { .. } => "on to where the frame stands".to_string(),
            Op::Leave { kind: ExitKind::End, .. } => "end of trace".to_string(),
            _ => "path not taken".to_string(),
        };
        if let Op::Guard { bad, .. } = *func.op(id) {
            let reason = holds(func, bad, true, &names);
            if !label.reasons.contains(&reason) {
                label.reasons.push(reason);
            }
        }
    });
    for (label, (instructions, what)) in labels.iter_mut().zip(parts) {
        let more = if instructions.len() > 2 { ", .." } else { "" };
        let first: Vec<&str> = instructions.into_iter().take(2).collect();
        let space = if first.is_empty() { "" } else { " " };
        label.name = format!("{}{more}{space}{what}", first.join(", "));
    }
    labels
}

/// In words what it means that a condition is true, or false.
fn holds(func: &Func, condition: Id, truth: bool, names: &Names) -> String {
    let is_request = |id: Id| matches!(*func.op(id), Op::Load { base, class: Class::FRAME, .. } if *func.op(base) == Op::Thread);
    let not = if truth { "" } else { "not " };
    match *func.op(condition) {
        Op::Unary(Unary::Not, inner) => holds(func, inner, !truth, names),
        Op::Test(Repr::Int, _) => format!("{not}a small int"),
        Op::Test(Repr::Float, _) => format!("{not}a float"),
        Op::Test(Repr::Bool, _) => format!("{not}a bool"),
        Op::IsObject(_) => format!("{not}an object"),
        Op::Overflow(..) => "the result does not fit".to_string(),
        Op::Compare(_, a, b) if is_request(a) || is_request(b) => "a request to the thread".to_string(),
        Op::Compare(Compare::Eq | Compare::Ne, a, b) if names.constants.contains_key(&a) || names.constants.contains_key(&b) => {
            let name = names.constants.get(&b).or_else(|| names.constants.get(&a));
            let differs = truth == matches!(func.op(condition), Op::Compare(Compare::Ne, ..));
            format!("{}the {}", if differs { "not " } else { "" }, name.map_or("", String::as_str))
        }
        Op::Compare(compare, a, b) if !truth && compare.complement().is_some() => {
            let complement = compare.complement().unwrap_or(compare);
            format!("{} {a:?}, {b:?}", complement.word())
        }
        _ => format!("{not}{}", op(func, condition, names)),
    }
}

/// Names for machine code: its symbols, and what the constants in it are.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    /// Of the trace; empty: that of the function.
    pub trace: String,
    /// By the number of the exit.
    pub exits: Vec<String>,
    pub constants: Vec<(u64, String)>,
}

impl Symbols {
    /// The trace, without what it is of.
    pub fn short(&self) -> String {
        self.trace.split(' ').take(2).collect::<Vec<_>>().join(" ")
    }
}

/// `place` says what the trace is of.
pub fn symbols(func: &Func, place: &str, labels: &[Label]) -> Symbols {
    let names = names(func);
    let named = names.constants.iter().filter_map(|(id, name)| Some((func.as_const(*id)?, name.clone())));
    let roots = func.roots.iter().zip(&names.roots).map(|(root, name)| (root.0, name.clone()));
    // Small numbers mean something else elsewhere.
    let constants = named.chain(roots).filter(|(bits, _)| *bits >> 16 != 0).collect();
    let exits = labels.iter().map(|label| label.name.clone()).collect();
    Symbols { trace: format!("{} {place}", func.name), exits, constants }
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
