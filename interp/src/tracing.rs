//! Traces, as the interpreter sees them: when a recording begins (`hot`), the step between two instructions (`record_previous_inst`), how
//! it ends, and what stands in the code afterwards. docs/tracing.md explains the whole. Not here: what a trace is (`jit::trace`).
//!
//! While a trace is recorded the interpreter runs each instruction by its plain handler, exactly as always; before each of them the
//! dispatch calls the one function `record_previous_inst`, which appends the instruction before it: only now is known where that one
//! went.

mod confidence;
pub mod executor;
mod form;
mod keep;
#[cfg(debug_assertions)]
pub mod prove;
mod recorder;
mod report;

use crate::dispatch::{Fp, Ip, Sp, Ts};
use core::cell::{Cell, RefCell};
use core::sync::atomic::AtomicBool;
use executor::Executors;
pub use executor::stats::report as stats;
pub use jit::settings::{Fail, Mode, Prove, Settings, Stress};
pub use report::page as report;
use jit::trace::{End, Place, Start, Trace};
use recorder::Recorder;
use runtime::generated::opcode;
use runtime::heap::Marker;
use runtime::object::Gc;
use runtime::objects::code::Code;
use runtime::vm::{thread, vm};
use std::collections::HashSet;
use std::sync::Arc;

/// What one interpreter keeps for its traces. An interpreter has a thread of its own, so that nothing here is shared.
struct Engine {
    settings: Cell<Settings>,
    /// That of the settings.
    side_threshold: Cell<u32>,
    stress: Cell<Stress>,
    /// The worker has finished something, or code memory is full: `poll`.
    attention: Arc<AtomicBool>,
    /// The buffer of a recording; the thread that records has it meanwhile.
    buffer: Cell<Option<Box<Recorder>>>,
    executors: RefCell<Executors>,
    /// Places whose loop was left before its branches were surveyed: these are recorded without.
    unsurveyed: RefCell<HashSet<(usize, u32)>>,
    /// What makes machine code; none yet, or none to be had.
    forms: RefCell<form::Maker>,
    /// Traces that the worker compiles.
    pending: RefCell<Vec<keep::Pending>>,
    /// Entries into traces that have not been left yet.
    inside: Cell<u32>,
    /// The collection that is under way frees no executor.
    keeps_all: Cell<bool>,
    /// For `--trace-report`; else it stays empty.
    report: RefCell<report::Report>,
    /// Traces recorded so far.
    recorded: Cell<u32>,
    /// State of the generator of small random numbers.
    random: Cell<u64>,
}

thread_local! {
    static ENGINE: Engine = Engine::default();
}

impl Default for Engine {
    fn default() -> Engine {
        let attention = Arc::<AtomicBool>::default();
        Engine {
            settings: Cell::new(Settings::default()),
            side_threshold: Cell::new(u32::MAX),
            stress: Cell::default(),
            forms: RefCell::new(form::Maker::new(attention.clone())),
            attention,
            buffer: Cell::new(None),
            executors: RefCell::new(Executors::default()),
            unsurveyed: RefCell::new(HashSet::new()),
            pending: RefCell::new(Vec::new()),
            inside: Cell::new(0),
            keeps_all: Cell::new(false),
            report: RefCell::default(),
            recorded: Cell::new(0),
            random: Cell::new(1),
        }
    }
}

/// Before any program of this interpreter runs: its code is decoded with the counts that are set here.
pub fn start(settings: Settings) {
    ENGINE.with(|engine| {
        engine.settings.set(settings);
        engine.stress.set(settings.stress);
        engine.random.set(settings.seed | 1);
    });
    #[cfg(debug_assertions)]
    prove::start(&settings);
    if settings.mode != Mode::Off {
        ENGINE.with(|engine| engine.begin_counting(&settings));
        vm().engine.trace.set(Some(mark));
        vm().engine.trace_living.set(Some(executor::living::trace_living));
        vm().engine.forget_dead.set(Some(executor::living::forget_dead));
        vm().engine.site_reset.set(Some(executor::site_reset));
        vm().engine.tools_changed.set(Some(executor::tools_changed));
        vm().engine.variable_set.set(Some(executor::variable_set));
        #[cfg(feature = "jit")]
        vm().engine.around_fork.set(Some(|fork| ENGINE.with(|engine| engine.around_fork(fork))));
    }
    if settings.prove != Prove::No {
        // From the first instruction that counts: a zero would say that nothing does.
        vm().engine.loop_counter.set(1);
        vm().engine.entry_counter.set(1);
    }
}

/// How many traces the interpreter of this thread has recorded.
pub fn recorded() -> u32 {
    ENGINE.with(|engine| engine.recorded.get())
}

/// What traces refer to that are in the making, for the collector, which begins.
fn mark(marker: &mut Marker) {
    #[cfg(debug_assertions)]
    prove::mark(marker);
    ENGINE.with(|engine| {
        // SAFETY: the recorder is this thread's own, and no step of it is under way in the collector but with its vectors in order.
        if let Some(recorder) = unsafe { thread().recorder.get().cast::<Recorder>().as_ref() } {
            recorder.trace(marker);
        }
        jit::ir::interpret::held(|word| marker.conservative(word as usize));
        executor::living::begin(engine, marker);
        // SAFETY: an insertion that is under way allocates nothing in the heap.
        unsafe { &*engine.pending.as_ptr() }.iter().for_each(|pending| pending.trace(marker));
    });
}

/// Where the traces' exits led, for `--dump=exits`.
pub fn exits_text() -> String {
    ENGINE.with(|engine| engine.executors.borrow().text())
}

// -- counts -----------------------------------------------------------------------------------------------------------------------------

/// Restart values: primes, so that sites that run in step do not come to their end together.
const RESTARTS: [u32; 12] = [1, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093];

/// The first count of a place of this kind, for one whose trace is no longer true.
fn first_count_of(start: Start) -> u32 {
    match start {
        Start::Loop => vm().engine.loop_counter.get(),
        Start::Entry | Start::Return | Start::Side { .. } => vm().engine.entry_counter.get(),
    }
}

/// A counter (value in bits 4..16, exponent in bits 0..4) that comes to its end at the run of this number.
fn first_count(threshold: u32) -> u32 {
    let exponent = RESTARTS.iter().position(|restart| *restart >= threshold).unwrap_or(RESTARTS.len() - 1);
    threshold.saturating_sub(1).min(4095) << 4 | exponent as u32
}

impl Engine {
    /// What is hot from here on.
    fn begin_counting(&self, settings: &Settings) {
        self.settings.set(*settings);
        self.side_threshold.set(settings.side_threshold);
        vm().engine.loop_counter.set(first_count(settings.loop_threshold));
        vm().engine.entry_counter.set(first_count(settings.entry_threshold));
    }
    /// Longer than the last time, and never for ever. A little randomness keeps a site from meeting the same iteration each time.
    fn back_off(&self, unit: u32) -> u32 {
        let exponent = ((unit & 15) as usize + 1).min(RESTARTS.len() - 1);
        (RESTARTS[exponent] - self.random_below(RESTARTS[exponent] / 16 + 1)) << 4 | exponent as u32
    }
    /// xorshift64.
    fn random_below(&self, bound: u32) -> u32 {
        let mut x = self.random.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.random.set(x);
        (x >> 33) as u32 % bound
    }
}

// -- beginning --------------------------------------------------------------------------------------------------------------------------

/// Rounds after which a place asks again for its trace, which the worker compiles.
const POLL_ROUNDS: u32 = 61;

/// What becomes of a place whose count has come to its end.
pub enum Hot {
    /// Nothing is recorded.
    Cold,
    /// Recording begins with this instruction.
    Here,
    /// Recording begins where this instruction goes.
    Behind,
}

/// # Safety
/// The instruction at `ip` counts and is about to run in the running frame `fp` of the thread.
#[cold]
pub unsafe fn hot(ts: Ts, fp: Fp, ip: Ip) -> Hot {
    // SAFETY: promised by the caller.
    unsafe {
        let opcode = *ip as u8;
        let counter = ip.add(opcode::COUNTER[opcode as usize] as usize).cast_mut();
        let is_loop = opcode::has(opcode, opcode::flag::JUMPS);
        let (code, function) = ((*fp).code, (*fp).function);
        let mut offset = ip.offset_from(code.units()) as u32;
        if is_loop {
            offset = (offset + opcode::length(opcode) as u32).wrapping_sub(*ip >> 8);
        }
        let place = Place { code, offset };
        ENGINE.with(|engine| {
            *counter = if engine.settings.get().prove != Prove::No { 0 } else { engine.back_off(*counter) };
            engine.poll();
            // None is wanted, or one is under way: of this run, or of one below it.
            if engine.settings.get().mode == Mode::Off || !(*ts).recorder.get().is_null() {
                return Hot::Cold;
            }
            let known = engine.executors.borrow().find(place);
            if let Some(executor) = known {
                executor::install(ip.cast_mut(), executor);
                return Hot::Cold;
            }
            if engine.is_pending(place) {
                *counter = first_count(POLL_ROUNDS);
                return Hot::Cold;
            }
            if engine.is_busy() {
                return Hot::Cold;
            }
            let mut settings = engine.settings.get();
            if engine.unsurveyed.borrow().contains(&executor::key(place)) {
                settings.survey_rounds = 0;
            }
            let start = if is_loop { Start::Loop } else { Start::Entry };
            let mut recorder = engine.buffer.take().unwrap_or_default();
            recorder.begin(settings, place, start, function, ip.cast_mut(), fp);
            recorder.plain = opcode::WITHOUT_COUNT[opcode as usize];
            (*ts).recorder.set(Box::into_raw(recorder).cast());
            if is_loop { Hot::Behind } else { Hot::Here }
        })
    }
}

// -- the step ---------------------------------------------------------------------------------------------------------------------------

/// Appends the instruction that ran before the one at `ip`, and looks at the latter. False: the recording has ended.
///
/// # Safety
/// The instruction at `ip` is about to run in the running frame `fp`; the thread records, and this run of the dispatch is the one that it
/// records.
pub unsafe fn record_previous_inst(ip: Ip, sp: Sp, fp: Fp, ts: Ts) -> bool {
    #[cfg(debug_assertions)]
    if prove::is_on() {
        // SAFETY: promised by the caller.
        unsafe { prove::step(ip, sp, fp, ts) };
        return true;
    }
    // SAFETY: `hot` has set the recorder, and only `end` takes it away.
    let step = unsafe {
        (*fp).ip.set(ip);
        (*fp).sp.set(sp);
        let find = |place| ENGINE.with(|engine| engine.executors.borrow().find_valid(place));
        (*(*ts).recorder.get().cast::<Recorder>()).step(ip, sp, fp, ts, &find)
    };
    match step {
        Ok(()) => true,
        Err(reason) => {
            // SAFETY: promised by the caller.
            unsafe { end(ts, reason) };
            false
        }
    }
}

// -- the end ----------------------------------------------------------------------------------------------------------------------------

/// Ends the recording: what is worth it becomes a trace that stands in the code.
///
/// # Safety
/// The thread records.
#[cold]
pub unsafe fn end(ts: Ts, reason: End) {
    #[cfg(debug_assertions)]
    // SAFETY: promised by the caller.
    unsafe {
        prove::end(ts, reason)
    };
    // SAFETY: the recorder was boxed by `hot`; it is taken away here.
    let mut recorder = unsafe { Box::from_raw((*ts).recorder.replace(core::ptr::null_mut()).cast::<Recorder>()) };
    ENGINE.with(|engine| {
        let settings = engine.settings.get();
        if let Some(place) = recorder.surveyed() {
            if settings.report {
                engine.report.borrow_mut().not_surveyed(place);
            }
            engine.unsurveyed.borrow_mut().insert(executor::key(place));
        }
        if let Some(trace) = recorder.finish(reason).filter(|_| settings.prove == Prove::No) {
            engine.recorded.set(engine.recorded.get() + 1);
            let trace = Trace { number: engine.recorded.get(), ..trace };
            if settings.dump_trace || settings.report {
                let lines = jit::trace::text::lines(&trace, &source_line);
                if settings.dump_trace {
                    eprint!("{}", jit::lines::join(&lines));
                }
                if settings.report {
                    engine.report.borrow_mut().recorded(&trace, lines);
                }
            }
            engine.keep(trace, &recorder, &settings);
        } else if let Some(from) = recorder.from() {
            engine.executors.borrow().failed(from);
        }
        recorder.clear();
        engine.buffer.set(Some(recorder));
    });
}

fn source_line(code: Gc<Code>, line: u32) -> Option<String> {
    runtime::objects::source_lines::line_of(code, &jit::trace::text::file(code), line as usize)
}

/// Instructions that a trace must have when it neither closes nor reaches another: it has to make progress.
const LEAST: usize = 4;

fn is_worth_it(trace: &Trace) -> bool {
    match trace.end {
        End::ReachedTrace(_) => true,
        End::LoopClosed | End::Recursion | End::Returned | End::Yielded => !trace.entries.is_empty(),
        // The inner loop first: this one is recorded again when that one has its trace.
        End::InnerLoop => false,
        _ => trace.entries.len() >= LEAST,
    }
}
