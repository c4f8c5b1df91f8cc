//! Proofs (`--prove`, debug builds): while a program runs, situations are picked in which an instruction, or a few in a row, are about to
//! run. Each is gone through several times in copies of the process: by the handlers, and as a trace by the interpreter of the IR, with
//! all operands known to the builder, and by machine code of both kinds. All must come to the same: frames, objects, exception, or an
//! exit where the trace began. Then again with other operands, boundary values among them, for which the trace was not made.
//!
//! Nothing here knows an instruction: operands, caches and callees are those of the program. Not here: copies of the process
//! (`child.rs`), what can be seen of a state (`state.rs`), other operands (`vary.rs`).

mod child;
mod engines;
mod state;
mod vary;

use super::recorder::Recorder;
use crate::dispatch::{Fp, Ip, Sp, Ts};
use child::{Ending, Report};
use core::cell::RefCell;
use core::mem::ManuallyDrop;
use engines::Engines;
use jit::build::build;
use jit::generated::uops::{PARTS, UOPS};
use jit::settings::{Prove, Settings};
use jit::trace::{End, Entry, Flow, Place, Start, Trace};
use runtime::generated::opcode::{self as op, flag};
use runtime::heap::Marker;
use runtime::value::Value;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// Instructions in a row: alone, and so many.
const WINDOWS: [usize; 2] = [1, 9];
/// Situations of an instruction, alone and at the beginning of a row.
const SITUATIONS: [u32; 2] = [5, 2];
/// With other operands than the trace was made for.
const VARIATIONS: u32 = 3;
/// So many times as much of both in a long proof.
const LONG: u32 = 6;
/// Values to choose from.
const POOL: usize = 48;

/// The instruction of its own that stands here: it may be the first part of a superinstruction, which no recording runs.
unsafe fn opcode_at(ip: Ip) -> u8 {
    // SAFETY: promised by the caller: `ip` lies in code.
    unsafe { op::FIRST[*ip as u8 as usize] }
}

/// An instruction that is about to run.
#[derive(Clone, Copy)]
struct Site {
    ip: Ip,
    sp: Sp,
    fp: Fp,
    ts: Ts,
}

/// What came of the situations of an instruction.
#[derive(Default)]
struct Row {
    /// Runs by an engine that came behind the instruction, and that left the trace before it.
    completed: u32,
    exits: u32,
    raised: u32,
    /// No trace is made of it, and why.
    refused: Option<&'static str>,
}

#[derive(Default)]
struct Prover {
    /// A wrong intrinsic is planted.
    plant: bool,
    /// How much is done, in multiples.
    times: u32,
    /// By opcode, operand, kinds of operands and number of instructions.
    seen: HashSet<(u8, u32, [u8; 3], usize)>,
    /// How many were proved, and tried: at a site that is about to take another form nothing is.
    situations: HashMap<(u8, usize), (u32, u32)>,
    pool: Vec<Value>,
    roots: Vec<Value>,
    rows: HashMap<u8, Row>,
    failures: Vec<String>,
    failed: Vec<(u8, usize, String)>,
    engines: Engines,
}

thread_local! {
    static PROVER: RefCell<Option<Prover>> = const { RefCell::new(None) };
}

pub fn start(settings: &Settings) {
    let times = if settings.prove == Prove::Long { LONG } else { 1 };
    let prover = || Prover { plant: settings.prove == Prove::Plant, times, ..Prover::default() };
    PROVER.set((settings.prove != Prove::No).then(prover));
}

pub fn is_on() -> bool {
    // SAFETY: only a discriminant is read, by the one thread that has it.
    PROVER.with(|prover| unsafe { (*prover.as_ptr()).is_some() })
}

/// For the collector, which runs in copies while they prove.
pub fn mark(marker: &mut Marker) {
    // SAFETY: the process that proves does not collect meanwhile; its copies only read.
    if let Some(prover) = PROVER.with(|prover| unsafe { (*prover.as_ptr()).as_ref() }) {
        prover.pool.iter().chain(&prover.roots).for_each(|value| marker.value(*value));
    }
}

/// Before an instruction runs. False: a copy has no more to do.
///
/// # Safety
/// As for `record_previous_inst`.
pub unsafe fn step(ip: Ip, sp: Sp, fp: Fp, ts: Ts) {
    let site = Site { ip, sp, fp, ts };
    // SAFETY: promised by the caller.
    unsafe {
        if child::is_one() {
            return child::step(site);
        }
        PROVER.with_borrow_mut(|prover| {
            if let Some(prover) = prover {
                prover.look(site);
            }
        });
        // A copy goes on from here, with the borrow given back.
        if child::is_one() {
            child::begin(site);
        }
    }
}

/// The run that is watched has ended.
///
/// # Safety
/// As for `tracing::end`.
pub unsafe fn end(ts: Ts, reason: End) {
    if child::is_one() {
        // SAFETY: promised by the caller.
        unsafe { child::finish(ts, reason) }
    }
}

impl Prover {
    unsafe fn look(&mut self, site: Site) {
        // SAFETY: promised by the caller.
        let (opcode, oparg) = unsafe { (opcode_at(site.ip), *site.ip >> 8) };
        if op::has(opcode, flag::TIER1) || op::is_instrumented(opcode) || opcode == op::ENTER_EXECUTOR || opcode == 0 {
            return;
        }
        // SAFETY: as above.
        let kinds = unsafe { self.kinds(site, op::popped(opcode, oparg).clamp(0, 3) as usize) };
        for (window, most) in WINDOWS.into_iter().zip(SITUATIONS) {
            let key = (opcode, oparg & 0xFF, kinds, window);
            let (proved, tried) = self.situations.get(&(opcode, window)).copied().unwrap_or_default();
            if self.seen.contains(&key) || proved >= most * self.times || tried >= most * self.times * 3 {
                continue;
            }
            // SAFETY: as above.
            let done = unsafe { self.situation(site, window) };
            if child::is_one() {
                return;
            }
            self.situations.insert((opcode, window), (proved + done as u32, tried + 1));
            if done {
                self.seen.insert(key);
            }
        }
    }

    /// What the operands are, roughly; they are kept to choose from.
    unsafe fn kinds(&mut self, site: Site, count: usize) -> [u8; 3] {
        let mut kinds = [0; 3];
        for (at, kind) in kinds.iter_mut().enumerate().take(count) {
            // SAFETY: the instruction takes so many operands.
            let value = unsafe { *site.sp.sub(at + 1) };
            *kind = state::kind(value);
            let known = self.pool.iter().filter(|other| state::kind(**other) == *kind).count();
            if known < 3 && self.pool.len() < POOL && !value.is_null() {
                self.pool.push(value);
            }
        }
        kinds
    }

    /// False: it is none to learn from.
    unsafe fn situation(&mut self, site: Site, window: usize) -> bool {
        // SAFETY: promised by the caller.
        unsafe {
            let Some(base) = self.handlers(site, window, None) else { return false };
            if child::is_one() || base.entries.is_empty() || !base.entries.iter().all(|entry| is_as_seen(entry)) {
                return false;
            }
            let function = (*site.fp).function;
            let place = Place { code: (*site.fp).code, offset: base.entries[0].offset };
            let entries = base.entries.clone();
            let (start, end) = (Start::Entry, End::TooLong);
            let trace = Trace { number: 0, place, start, function, entries, values: Vec::new(), end, stop: None };
            let opcode = trace.entries[0].opcode;
            let mut built = match build(&trace, None, None, jit::settings::MOST_STORES) {
                Ok(built) if built.used > 0 => built,
                Ok(built) => return self.refuse(opcode, built.cut.unwrap_or("nothing is left of it")),
                Err(refused) => return self.refuse(opcode, refused.0),
            };
            if let Some(reason) = built.cut {
                self.refuse(trace.entries[built.used].opcode, reason);
            }
            self.roots.clone_from(&built.func.roots);
            if self.plant {
                engines::plant(&mut built.func);
            }
            // A copy that goes on as a program must not give the code back: the memory of code is shared by all of them.
            let made = ManuallyDrop::new(self.engines.make(&built.func));
            for variation in 0..=VARIATIONS * self.times {
                let seed = (variation > 0).then_some(variation as u64 + self.seen.len() as u64 * 64);
                let expected = match seed {
                    None => base.clone(),
                    Some(seed) => match self.handlers(site, window, Some(seed)) {
                        Some(report) => report,
                        None if child::is_one() => return false,
                        // What no handler takes proves nothing.
                        None => continue,
                    },
                };
                for engine in made.list() {
                    let (report, used) = engines::run(site, &made, engine, &trace, &built, &self.pool, seed);
                    let Some(report) = report else { continue };
                    let judged = judge(&expected, &report, used.min(built.used), seed.is_none());
                    self.note(&trace, engine, variation, judged, &expected, &report, &built.func);
                }
            }
            drop(ManuallyDrop::into_inner(made));
            true
        }
    }

    /// Runs the handlers in a copy. None: they fail on these operands, or this is the copy.
    unsafe fn handlers(&mut self, site: Site, window: usize, seed: Option<u64>) -> Option<Report> {
        // SAFETY: promised by the caller.
        unsafe {
            let report = child::fork(|| {
                child::set(window);
                if let Some(seed) = seed {
                    vary::vary(seed, site, &self.pool);
                }
            })?;
            (!report.failed()).then_some(report)
        }
    }

    fn refuse(&mut self, opcode: u8, reason: &'static str) -> bool {
        self.rows.entry(opcode).or_default().refused = Some(reason);
        true
    }

    #[allow(clippy::too_many_arguments)]
    fn note(
        &mut self,
        trace: &Trace,
        engine: &str,
        variation: u32,
        judged: Result<Judged, String>,
        expected: &Report,
        report: &Report,
        func: &jit::ir::Func,
    ) {
        match judged {
            Ok(judged) => {
                for entry in &trace.entries[..judged.behind] {
                    self.rows.entry(entry.opcode).or_default().completed += 1;
                }
                let last = trace.entries.get(judged.behind).or(trace.entries.last()).map_or(0, |entry| entry.opcode);
                let row = self.rows.entry(last).or_default();
                row.exits += judged.exit as u32;
                row.raised += judged.raised as u32;
            }
            Err(why) => {
                // One of a kind is enough to read.
                let kind = (trace.entries[0].opcode, trace.entries.len(), why.clone());
                if self.failures.len() >= 20 || self.failed.contains(&kind) {
                    return;
                }
                self.failed.push(kind);
                let names: Vec<String> = trace.entries.iter().map(|entry| format!("{} {}", op::NAMES[entry.opcode as usize], entry.oparg)).collect();
                let mut text = format!("{engine}, variation {variation}: {why}\n  {}\n", names.join(", "));
                let _ = writeln!(text, "handlers:");
                for (at, state) in expected.states.iter().enumerate() {
                    let _ = writeln!(text, "  after {at}: {state}");
                }
                let _ = writeln!(text, "  then: {:?}", expected.ending);
                let _ = writeln!(text, "trace: {:?} {:?}\n{func}", report.states, report.ending);
                self.failures.push(text);
            }
        }
    }
}

/// The site is in the parent as it was when the copy ran it: nothing was specialized meanwhile.
unsafe fn is_as_seen(entry: &Entry) -> bool {
    if entry.code.units().is_null() {
        return false;
    }
    // SAFETY: the entry lies in the code, which lives and is decoded.
    unsafe {
        let unit = entry.code.units().add(entry.offset as usize);
        let now = opcode_at(unit);
        let first = op::HEAD[entry.opcode as usize] == entry.opcode && op::HEAD[now as usize] == entry.opcode;
        let mut same = now == entry.opcode || (first && op::COUNTER[entry.opcode as usize] != 0 && entry.missed);
        let (counter, history) = (op::COUNTER[entry.opcode as usize], op::HISTORY[entry.opcode as usize]);
        for at in 1..op::length(entry.opcode) as u8 {
            let known = entry.cache.get(at as usize - 1).is_some_and(|cached| cached == unit.add(at as usize).as_ref_unchecked());
            same &= at == counter || at == history || known;
        }
        same
    }
}

struct Judged {
    /// Instructions that have run.
    behind: usize,
    exit: bool,
    raised: bool,
}

/// Whether a run of a trace came to what the handlers came to.
fn judge(expected: &Report, report: &Report, used: usize, exact: bool) -> Result<Judged, String> {
    if let Ending::Raised(raised) = &report.ending {
        return match &expected.ending {
            Ending::Raised(right) if right == raised => Ok(Judged { behind: expected.states.len() - 1, exit: false, raised: true }),
            _ => Err(format!("it raised {raised}")),
        };
    }
    if let Ending::Failed(why) = &report.ending {
        return Err(format!("it failed: {why}"));
    }
    let Some(state) = report.states.last() else { return Err("it says nothing".into()) };
    let Some(behind) = expected.states.iter().rposition(|right| right == state) else { return Err("it came to another state".into()) };
    let mut aim = used;
    if let Some(last) = expected.entries.get(used.wrapping_sub(1))
        && last.depth == 0
        && matches!(last.flow, Flow::Pop | Flow::Suspend)
    {
        // The frame that the trace began in is left by the instruction itself.
        aim -= 1;
    }
    // Another instruction took over, or the general one did; a guard may lead back to where its expression began.
    let missed = expected.entries.get(behind..used).is_none_or(|entries| {
        let hands_over = |uop: &u16| UOPS[*uop as usize].hands_over;
        entries.iter().any(|entry| entry.missed || PARTS[entry.opcode as usize].iter().any(hands_over))
    });
    if exact && behind < aim && !missed {
        return Err(format!("it left before instruction {behind}, with the operands that it was made for"));
    }
    Ok(Judged { behind: behind.min(used), exit: behind < aim, raised: false })
}

/// What was proved, for who started the program; whether all agreed.
pub fn report() -> Option<(String, bool)> {
    PROVER.with_borrow(|prover| {
        let prover = prover.as_ref()?;
        let mut text = String::new();
        let mut rows: Vec<_> = prover.rows.iter().collect();
        rows.sort_by_key(|(opcode, _)| **opcode);
        for (opcode, row) in rows {
            let name = op::NAMES[*opcode as usize];
            let _ = write!(text, "proof: {name} completed {} exits {} raised {}", row.completed, row.exits, row.raised);
            let _ = writeln!(text, "{}", row.refused.map_or(String::new(), |reason| format!(" refused: {reason}")));
        }
        for failure in &prover.failures {
            let _ = writeln!(text, "proof: FAILED: {failure}");
        }
        Some((text, prover.failures.is_empty()))
    })
}

/// Lends a recorder to a copy: as `hot` does, from this instruction on.
unsafe fn record(site: Site, window: usize) -> &'static mut Recorder {
    // SAFETY: the thread records while it proves; nobody else looks at the recorder meanwhile.
    unsafe {
        let recorder = &mut *(*site.ts).recorder.get().cast::<Recorder>();
        let place = Place { code: (*site.fp).code, offset: site.ip.offset_from((*site.fp).code.units()) as u32 };
        let settings = Settings { survey_rounds: 0, max_instructions: window, ..Settings::default() };
        recorder.begin(settings, place, Start::Entry, (*site.fp).function, site.ip.cast_mut(), site.fp);
        recorder
    }
}
