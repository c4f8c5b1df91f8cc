//! A trace for people (`--dump=trace`): source lines, instructions, recorded values, the confidence behind each guard, why it ends.
//! Addresses and anything else that differs from run to run are left out, so that the text can be compared.

use super::{CERTAIN, End, Entry, Flow, Start, Trace};
use crate::lines::{Line, Of};
use runtime::generated::opcode;
use runtime::object::Gc;
use runtime::objects::class::Class;
use runtime::objects::code::Code;
use runtime::objects::function::Function;
use runtime::objects::str::Str;
use runtime::value::Value;
use std::fmt::Write;

/// The lines of a trace. `source` gives the text of a line (from 1) of a code object's file.
pub fn lines(trace: &Trace, source: &dyn Fn(Gc<Code>, u32) -> Option<String>) -> Vec<Line> {
    let mut out = Vec::new();
    let begins = match trace.start {
        Start::Loop => "loop".to_string(),
        Start::Entry => "entry".to_string(),
        Start::Return => "return".to_string(),
        Start::Side { trace, exit } => format!("side of {trace}, exit {exit},"),
    };
    let place = trace.place;
    let head = format!("trace {}: {begins} of {} at {}", trace.number, name(place.code), position(place.code, place.offset));
    out.push(Line::new(head, Of::Nothing));
    let mut line = None;
    for (index, entry) in (0..).zip(&trace.entries) {
        let at = (entry.code, entry.code.position(entry.offset).line, entry.depth);
        if line != Some(at) {
            line = Some(at);
            let shown = u32::try_from(at.1).ok().and_then(|number| source(entry.code, number));
            let shown = shown.as_deref().unwrap_or("").trim();
            out.push(Line::new(format!("{} {:4} | {shown}", indent(entry.depth), at.1), Of::Source(index)));
        }
        out.push(Line::new(instruction(trace, entry), Of::Entry(index)));
    }
    let mut ends = format!("ends: {}", trace.end.name());
    if let End::ReachedTrace(number) = trace.end {
        let _ = write!(ends, " {number}");
    }
    let _ = write!(ends, ", confidence {}", percent(trace.confidence()));
    out.push(Line::new(ends, Of::Nothing));
    out
}

/// `      6 FOR_ITER_RANGE 4        -> 8   97%`
fn instruction(trace: &Trace, entry: &Entry) -> String {
    let mut text = format!("{}       {:4} {}", indent(entry.depth), entry.offset, opcode::NAMES[entry.opcode as usize]);
    if opcode::has(entry.opcode, opcode::flag::USES_OPARG) {
        let _ = write!(text, " {}", entry.oparg);
    }
    match entry.flow {
        Flow::Next => {}
        Flow::Jump => _ = write!(text, " -> {}", entry.next),
        Flow::Push => text.push_str(" (calls)"),
        Flow::Pop => text.push_str(" (returns)"),
        Flow::Resume => text.push_str(" (resumes)"),
        Flow::Suspend => text.push_str(" (yields)"),
    }
    for value in trace.values_of(entry) {
        let _ = write!(text, " [{}]", show(*value));
    }
    if entry.missed {
        text.push_str(" (guards failed)");
    }
    if is_guard(entry) {
        let _ = write!(text, "{:pad$} {:>4}", "", percent(entry.confidence), pad = 60usize.saturating_sub(text.chars().count()));
    }
    text
}

/// Execution may leave the trace here.
fn is_guard(entry: &Entry) -> bool {
    opcode::has(entry.opcode, opcode::flag::MAY_EXIT | opcode::flag::MAY_DEOPT | opcode::flag::UNPREDICTABLE_JUMP)
}

fn indent(depth: u32) -> String {
    "  ".repeat(depth as usize)
}

pub fn percent(confidence: u32) -> String {
    format!("{}%", (confidence as u64 * 100 + CERTAIN as u64 / 2) / CERTAIN as u64)
}

pub fn name(code: Gc<Code>) -> String {
    string(code.qualname.get())
}
pub fn file(code: Gc<Code>) -> String {
    string(code.filename.get())
}
fn string(value: Value) -> String {
    value.downcast::<Str>().map_or_else(String::new, |text| text.to_string_lossy())
}

/// `file.py:12`, without the folder.
pub fn position(code: Gc<Code>, offset: u32) -> String {
    let file = file(code);
    format!("{}:{}", file.rsplit('/').next().unwrap_or(&file), code.position(offset).line)
}

/// A value without running any Python, the same in every run.
pub fn show(value: Value) -> String {
    if let Some(function) = value.downcast::<Function>() {
        return format!("function {}", name(function.code.get()));
    }
    if let Some(code) = value.downcast::<Code>() {
        return format!("code {}", name(code));
    }
    if let Some(class) = value.downcast::<Class>() {
        return format!("class {}", class.name());
    }
    if value.is_null() { "NULL".to_string() } else { runtime::vm::type_name(value) }
}
