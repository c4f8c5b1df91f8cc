//! Which part of a trace's code came of which value of the IR, and which of which exit: Cranelift carries a number from its IR to the code.
//! Not here: the text that is made of it (`text`).

use crate::ir::Id;
use crate::lines::Of;
use crate::show::Symbols;
use core::ops::Range;
use cranelift_codegen::ir::SourceLoc;
use cranelift_codegen::{Final, MachBufferFinalized, MachSrcLoc};

/// Ids are below `ir::MAX_IDS`. All numbers are even: Cranelift keeps differences, of which -1 would mean that there is none.
const EXIT: u32 = 1 << 30;
/// What is there for counting alone.
const COUNT: u32 = 1 << 29;

pub fn of_value(id: Id) -> SourceLoc {
    SourceLoc::new(id.0 << 1)
}

pub fn of_exit(number: usize) -> SourceLoc {
    SourceLoc::new(EXIT | (number as u32) << 1)
}

/// Counts on the way to what this is.
pub fn of_count(location: SourceLoc) -> SourceLoc {
    if location.is_default() { location } else { SourceLoc::new(location.bits() | COUNT) }
}

/// Bytes that only count.
pub fn counting(code: &MachBufferFinalized<Final>) -> usize {
    let counts = |it: &&MachSrcLoc<Final>| !it.loc.is_default() && it.loc.bits() & COUNT != 0;
    code.get_srclocs_sorted().iter().filter(counts).map(|it| (it.end - it.start) as usize).sum()
}

pub fn of(location: SourceLoc) -> Of {
    match location.bits() & !COUNT {
        _ if location.is_default() => Of::Nothing,
        bits if bits & EXIT != 0 => Of::Exit((bits & !EXIT) >> 1),
        bits => Of::Value(Id(bits >> 1)),
    }
}

/// What each stretch of the code came of, in order.
pub fn stretches(code: &MachBufferFinalized<Final>) -> Vec<(Range<usize>, Of)> {
    let stretch = |it: &MachSrcLoc<Final>| (it.start as usize..it.end as usize, of(it.loc));
    code.get_srclocs_sorted().iter().map(stretch).collect()
}

/// Symbols, without gaps: each exit has its own, and what is no exit's is the trace's.
pub fn symbols(code: &MachBufferFinalized<Final>, symbols: &Symbols) -> Vec<(Range<usize>, String)> {
    let size = code.data().len();
    let mut found: Vec<(Range<usize>, Option<u32>)> = vec![(0..0, None)];
    let mut add = |range: Range<usize>, exit: Option<u32>| match found.last_mut() {
        Some((last, of)) if *of == exit || range.is_empty() => last.end = range.end.max(last.end),
        _ => found.push((range, exit)),
    };
    let mut at = 0;
    for (range, of) in stretches(code) {
        let Of::Exit(number) = of else { continue };
        add(at..range.start, None);
        at = range.end;
        add(range, Some(number));
    }
    add(at..size, None);
    let name = |exit: Option<u32>| match exit {
        None => symbols.trace.clone(),
        Some(exit) => match symbols.exits.get(exit as usize) {
            Some(name) => format!("{} exit {exit} ({name})", symbols.short()),
            None => format!("{} exit {exit}", symbols.short()),
        },
    };
    found.into_iter().filter(|(range, _)| !range.is_empty()).map(|(range, exit)| (range, name(exit))).collect()
}
