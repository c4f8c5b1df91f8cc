//! The forms in which a trace runs: its IR, interpreted, or machine code. Not here: when it is entered (`executor.rs`).
// Without machine code a form is IR alone.
#![cfg_attr(not(feature = "jit"), allow(unused_imports, unused_variables, dead_code))]

use super::report::Report;
use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use jit::build::build;
use jit::generated::helpers::HELPERS;
use jit::ir::{Func, Id};
use jit::ir::exits::{ExitMap, Exits};
use jit::ir::failing::{self, Failing};
use jit::ir::interpret::Interpreter;
use jit::lines::Line;
use jit::settings::{Mode, Settings};
use jit::support::support;
use jit::trace::{Place, Trace};
use runtime::frame::Frame;
use runtime::heap::Marker;
use runtime::value::Value;
use runtime::vm::{EXIT_WORDS, Thread};
#[cfg(feature = "jit")]
use jit::machine::{Code, Compiler, Machine, Opt, Options, Refused};
#[cfg(feature = "jit")]
use jit::show::Symbols;
#[cfg(feature = "jit")]
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::Arc;

/// A trace that can run.
pub struct Form {
    /// The objects that it has addresses of.
    roots: Vec<Value>,
    /// The specialized instructions that it leans on.
    pub sites: Vec<Place>,
    kind: Kind,
}

/// Instructions of the IR; what its exits store; bytes of machine code, and how long it took to make it.
#[derive(Default)]
pub struct Numbers {
    pub instructions: u64,
    pub exit_values: u64,
    pub code_bytes: u64,
    pub compile_ns: u64,
}

/// How a trace was left.
pub struct Left {
    /// The executor whose exit it is, and the exit.
    pub owner: u32,
    pub exit: u32,
    /// The frame that its map counts from.
    pub root: *mut Frame,
}

pub enum Kind {
    /// Apart, so that what is looked at when machine code is entered lies close together.
    Interpreted(Box<Interpreted>),
    #[cfg(feature = "jit")]
    Compiled { code: Code, machine: Arc<Machine> },
}

/// IR to be run.
pub struct Interpreted {
    number: u32,
    func: Func,
    exits: Exits,
    maps: Vec<ExitMap>,
    valid: AtomicU32,
    failing: Option<Failing>,
}

impl Form {
    pub fn new(roots: Vec<Value>, sites: Vec<Place>, kind: Kind) -> Form {
        Form { roots, sites, kind }
    }
    /// Cranelift's IR and the instructions, where they were kept.
    pub fn take_text(&mut self) -> Option<(Vec<Line>, Vec<Line>)> {
        match &mut self.kind {
            Kind::Interpreted(_) => None,
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => code.text.take(),
        }
    }
    /// What its machine code counts: rounds, jumps to wherever a frame stands, then exits.
    pub fn counts(&self) -> &[AtomicU64] {
        match &self.kind {
            Kind::Interpreted(_) => &[],
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => &code.shared.counts,
        }
    }
    pub fn is_valid(&self) -> bool {
        self.flag().load(Ordering::Relaxed) != 0
    }
    /// It is left at the next look, and entered no more.
    pub fn invalidate(&self) {
        self.flag().store(0, Ordering::Relaxed);
    }
    fn flag(&self) -> &AtomicU32 {
        match &self.kind {
            Kind::Interpreted(it) => &it.valid,
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => &code.shared.valid,
        }
    }
    pub fn refers_to(&self, object: Value) -> bool {
        self.roots.contains(&object)
    }
    pub fn trace(&self, marker: &mut Marker) {
        for root in &self.roots {
            marker.value(*root);
        }
    }
    /// What it is in numbers.
    pub fn numbers(&self) -> Numbers {
        let exit_values = self.maps().iter().map(|map| map.stored.len() as u64).sum();
        match &self.kind {
            Kind::Interpreted(it) => Numbers { instructions: it.func.defs.len() as u64, exit_values, ..Numbers::default() },
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => {
                let stats = &code.stats;
                let (instructions, code_bytes) = (stats.instructions as u64, stats.code_bytes as u64);
                Numbers { instructions, exit_values, code_bytes, compile_ns: stats.lower_ns + stats.compile_ns }
            }
        }
    }
    /// What the machine code cost, for people.
    pub fn cost(&self) -> String {
        match &self.kind {
            Kind::Interpreted(_) => String::new(),
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => {
                let stats = &code.stats;
                let time = (stats.lower_ns + stats.compile_ns) / 1000;
                format!(", {} instructions, {} bytes, {time} us", stats.instructions, stats.code_bytes)
            }
        }
    }
    /// By the number of the exit.
    pub fn maps(&self) -> &[ExitMap] {
        match &self.kind {
            Kind::Interpreted(it) => &it.maps,
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => &code.exits,
        }
    }
    /// Where its machine code begins, if it has some.
    pub fn entry(&self) -> Option<*const u8> {
        match &self.kind {
            Kind::Interpreted(_) => None,
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => Some(code.entry()),
        }
    }
    /// The exit goes straight to another form from now on.
    ///
    /// # Safety
    /// The other takes over in the state that the exit leaves, and lives until the exit is unlinked.
    pub unsafe fn link(&self, exit: u32, to: &Form) {
        match (&self.kind, &to.kind) {
            #[cfg(feature = "jit")]
            // SAFETY: promised by the caller.
            (Kind::Compiled { code, .. }, Kind::Compiled { code: other, .. }) => unsafe { code.shared.link(exit, other.entry()) },
            // The executors know.
            _ => {}
        }
    }
    pub fn unlink(&self, exit: u32) {
        match &self.kind {
            #[cfg(feature = "jit")]
            Kind::Compiled { code, .. } => code.shared.unlink(exit),
            Kind::Interpreted(_) => {}
        }
    }
    /// Runs machine code to an exit that is not linked; its values are in the thread's exit buffer. None: there is none.
    ///
    /// # Safety
    /// The trace begins where the running frame `fp` of the thread stands.
    #[inline(always)]
    pub unsafe fn enter(&self, thread: &Thread, fp: *mut Frame) -> Option<Left> {
        match &self.kind {
            Kind::Interpreted(_) => None,
            #[cfg(feature = "jit")]
            Kind::Compiled { code, machine } => {
                let ts = (thread as *const Thread).cast_mut().cast::<u8>();
                // SAFETY: promised by the caller; the code lives as long as the form, which whoever runs it holds.
                let record = unsafe { machine.enter(ts, fp.cast(), code.entry()).as_ref()? };
                let owner = record.owner.load(Ordering::Relaxed);
                // SAFETY: the word is there, and the stub has just written it.
                let root = unsafe { *thread.exit_buffer.as_ptr().cast::<*mut Frame>().add(EXIT_WORDS - 1) };
                Some(Left { owner, exit: record.number, root })
            }
        }
    }
    /// Runs IR to an exit, linked or not. Its values are in the thread's exit buffer.
    ///
    /// # Safety
    /// The trace begins where the running frame `fp` of the thread stands.
    pub unsafe fn run(&self, thread: &Thread, fp: *mut Frame) -> Option<Left> {
        let ts = (thread as *const Thread).cast_mut().cast::<u8>();
        match &self.kind {
            Kind::Interpreted(it) => {
                let Interpreted { number, func, exits, maps, valid, failing } = &**it;
                let mut interpreter = Interpreter::new(func, exits, HELPERS, support(), valid).with_failing(failing.as_ref());
                // SAFETY: promised by the caller; the helpers are those of the table.
                match unsafe { interpreter.run(ts, fp.cast()) } {
                    Ok(exit) => {
                        let (anchor, words) = maps.get(exit as usize)?.moves;
                        let from = anchor.map_or(fp, |at| thread.exit_buffer.get()[at as usize] as *mut Frame);
                        let root = from.cast::<Value>().wrapping_add(words as usize).cast();
                        Some(Left { owner: *number, exit, root })
                    }
                    Err(trap) => {
                        // The verifier has seen the function, so this is an error of ours; nothing can be taken back any more.
                        eprintln!("sidewinder: internal error in a trace: {trap}\n{func}");
                        std::process::abort()
                    }
                }
            }
            #[cfg(feature = "jit")]
            Kind::Compiled { .. } => None,
        }
    }
}

/// What came of a trace.
pub enum Made {
    /// It is not for this, and the instructions stay.
    None,
    Form(Form),
    /// The worker compiles it. Meanwhile: the objects that it has addresses of, and the instructions that it leans on.
    Later { roots: Vec<Value>, sites: Vec<Place> },
}

/// Makes forms.
pub struct Maker {
    /// Set when there is something to look at: `Engine::poll`.
    attention: Arc<AtomicBool>,
    /// Branches of the traces before (`plant`).
    branches: u32,
    /// None: there is none yet; Some(None): executable memory is refused, and the program goes on without machine code.
    #[cfg(feature = "jit")]
    machine: Option<Option<Arc<Machine>>>,
    #[cfg(feature = "jit")]
    compiler: Option<Compiler>,
    #[cfg(feature = "jit")]
    worker: Option<Worker>,
    /// The bound on code memory has been met.
    #[cfg(feature = "jit")]
    full: Arc<AtomicBool>,
}

impl Maker {
    pub fn new(attention: Arc<AtomicBool>) -> Maker {
        Maker {
            attention,
            branches: 0,
            #[cfg(feature = "jit")]
            machine: None,
            #[cfg(feature = "jit")]
            compiler: None,
            #[cfg(feature = "jit")]
            worker: None,
            #[cfg(feature = "jit")]
            full: Arc::default(),
        }
    }
    /// `parent` is the exit that a side trace goes on from, `reached` the executor that it ends at, and where that begins.
    pub fn make(
        &mut self,
        trace: &Trace,
        parent: Option<&ExitMap>,
        reached: Option<(u32, Place)>,
        settings: &Settings,
        report: &RefCell<Report>,
    ) -> Made {
        if matches!(settings.mode, Mode::Off | Mode::RecordOnly) {
            return Made::None;
        }
        let mut built = match build(trace, parent, reached, settings.max_stores) {
            Ok(built) => built,
            Err(refused) => {
                if settings.dump_uops {
                    eprintln!("trace {}: no IR: {}", trace.number, refused.0);
                }
                if settings.report {
                    report.borrow_mut().nothing_made(trace.number, refused.0);
                }
                return Made::None;
            }
        };
        let planted = self.plant(&mut built.func, settings.stress.plant);
        if settings.dump_uops {
            let cut = built.cut.map_or(String::new(), |cut| format!(", cut: {cut}"));
            let text = jit::lines::join(&jit::show::uops(&built.func));
            eprintln!("trace {}: {} of {} instructions{cut}\n{text}", trace.number, built.used, trace.entries.len());
        }
        if most_values(&built.func) > settings.max_exit_values {
            if settings.dump_uops {
                eprintln!("trace {}: more values than the exit buffer takes", trace.number);
            }
            if settings.report {
                report.borrow_mut().nothing_made(trace.number, "more values than the exit buffer takes");
            }
            return Made::None;
        }
        if settings.report {
            report.borrow_mut().built(trace, &built);
        }
        let (roots, sites) = (built.func.roots.clone(), built.sites);
        match settings.mode {
            #[cfg(feature = "jit")]
            Mode::NoOpt => self.compiled(trace, built.func, sites, Opt::None, settings, report),
            #[cfg(feature = "jit")]
            Mode::On => self.compiled(trace, built.func, sites, Opt::Speed, settings, report),
            _ => {
                let (exits, maps) = (Exits::of(&built.func), ExitMap::all(&built.func));
                let mut failing = Failing::of(&built.func, settings.stress.fail);
                if let Some(failing) = &mut failing {
                    failing.planted = planted;
                }
                let valid = AtomicU32::new(1);
                let interpreted = Interpreted { number: trace.number, func: built.func, exits, maps, valid, failing };
                Made::Form(Form { roots, sites, kind: Kind::Interpreted(Box::new(interpreted)) })
            }
        }
    }
}

impl Maker {
    /// Where it is the turn of one of the function's branches, that one is wrongly taken for a check.
    fn plant(&mut self, func: &mut Func, number: u32) -> Option<Id> {
        if number <= self.branches {
            return None;
        }
        match failing::plant(func, number - self.branches) {
            Ok(guard) => {
                eprintln!("planted: {} {guard:?}", func.name);
                self.branches = number;
                Some(guard)
            }
            Err(branches) => {
                self.branches += branches;
                None
            }
        }
    }
}

/// Of the exit that stores most.
fn most_values(func: &Func) -> usize {
    Exits::of(func).list.iter().map(|exit| exit.values.len()).max().unwrap_or(0)
}

#[cfg(not(feature = "jit"))]
impl Maker {
    pub fn is_full(&self) -> bool {
        false
    }
    pub fn has_room(&self) {}
    pub fn has_finished(&self) -> bool {
        false
    }
    pub fn finished(&mut self) -> Option<(u32, Result<Kind, String>)> {
        None
    }
}

#[cfg(feature = "jit")]
impl Maker {
    fn compiled(
        &mut self,
        trace: &Trace,
        func: Func,
        sites: Vec<Place>,
        opt: Opt,
        settings: &Settings,
        report: &RefCell<Report>,
    ) -> Made {
        let number = trace.number;
        let machine = self.machine.get_or_insert_with(|| {
            let Settings { dump_clif, dump_asm, report: count, perf_map, code_bytes, .. } = *settings;
            let (keep_text, fail) = (dump_clif || dump_asm || count, settings.stress.fail);
            let options = Options { keep_text, count, perf_map, code_bytes, fail, ..Options::default() };
            Machine::new(support(), options).ok()
        });
        let Some(machine) = machine.clone() else {
            if settings.report {
                report.borrow_mut().nothing_made(number, "no executable memory");
            }
            return Made::None;
        };
        let roots = func.roots.clone();
        let (clif, asm) = (settings.dump_clif, settings.dump_asm);
        let (full, attention) = (self.full.clone(), self.attention.clone());
        let symbols = if clif || asm || settings.report || settings.perf_map { symbols(trace, &func) } else { Symbols::default() };
        let job = Job { number, func, opt, symbols, report: settings.dump_uops, full, attention, clif, asm };
        if !settings.sync {
            let worker = self.worker.get_or_insert_with(|| Worker::start(machine.clone(), self.attention.clone()));
            if worker.send(job) {
                return Made::Later { roots, sites };
            }
            // No thread to be had.
            return Made::None;
        }
        let compiler = self.compiler.get_or_insert_with(|| Compiler::new(machine, HELPERS));
        match job.run(compiler) {
            Ok(kind) => Made::Form(Form { roots, sites, kind }),
            Err(refused) => {
                if settings.report {
                    report.borrow_mut().nothing_made(number, &refused.to_string());
                }
                Made::None
            }
        }
    }
    pub fn machine(&self) -> Option<Arc<Machine>> {
        self.machine.clone().flatten()
    }
    /// In a forked child: the thread that compiles is the parent's. Another one is made when there is something to compile.
    pub fn forget_worker(&mut self) {
        std::mem::forget(self.worker.take());
    }
    /// There is no room for more code.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Acquire)
    }
    pub fn has_room(&self) {
        self.full.store(false, Ordering::Release);
    }
    /// The worker has something.
    #[inline]
    pub fn has_finished(&self) -> bool {
        self.worker.as_ref().is_some_and(|worker| worker.ready.load(Ordering::Acquire))
    }
    /// A trace that the worker has done with.
    pub fn finished(&mut self) -> Option<(u32, Result<Kind, Refused>)> {
        let worker = self.worker.as_ref()?;
        worker.ready.store(false, Ordering::Release);
        let done = worker.done.try_recv().ok()?;
        // There may be more.
        worker.ready.store(true, Ordering::Release);
        Some(done)
    }
}

/// What machine code of a trace is called.
#[cfg(feature = "jit")]
fn symbols(trace: &Trace, func: &Func) -> Symbols {
    let Place { code, offset } = trace.place;
    let place = format!("{} {}", jit::trace::text::name(code), jit::trace::text::position(code, offset));
    jit::show::symbols(func, &place, &jit::show::labels(func, &trace.entries))
}

/// A trace to compile.
#[cfg(feature = "jit")]
struct Job {
    number: u32,
    func: Func,
    opt: Opt,
    symbols: Symbols,
    /// Failures are printed.
    report: bool,
    full: Arc<AtomicBool>,
    attention: Arc<AtomicBool>,
    /// Printed: Cranelift's IR, the machine code.
    clif: bool,
    asm: bool,
}

#[cfg(feature = "jit")]
impl Job {
    fn run(&self, compiler: &mut Compiler) -> Result<Kind, Refused> {
        match compiler.compile_named(&self.func, self.opt, self.symbols.clone()) {
            Ok(code) => {
                code.shared.records.iter().for_each(|record| record.owner.store(self.number, Ordering::Relaxed));
                if let Some((clif, asm)) = &code.text {
                    let parts = [(self.clif, "clif", clif), (self.asm, "asm", asm)];
                    parts.iter().filter(|part| part.0).for_each(|(_, what, lines)| eprintln!("{}: {what}\n{}", self.func.name, jit::lines::join(lines)));
                }
                Ok(Kind::Compiled { code, machine: compiler.machine().clone() })
            }
            Err(refused) => {
                if refused == Refused::Full {
                    self.full.store(true, Ordering::Release);
                    self.attention.store(true, Ordering::Release);
                }
                if self.report {
                    eprintln!("no machine code: {refused}");
                }
                Err(refused)
            }
        }
    }
}

/// The thread that compiles. It ends with the interpreter that it belongs to.
#[cfg(feature = "jit")]
struct Worker {
    jobs: Sender<Job>,
    done: Receiver<(u32, Result<Kind, Refused>)>,
    /// There may be something in `done`.
    ready: Arc<AtomicBool>,
}

#[cfg(feature = "jit")]
impl Worker {
    fn start(machine: Arc<Machine>, attention: Arc<AtomicBool>) -> Worker {
        let (jobs, wanted) = channel::<Job>();
        let (results, done) = channel();
        let ready = Arc::new(AtomicBool::new(false));
        let flag = ready.clone();
        let work = move || {
            let mut compiler = Compiler::new(machine, HELPERS);
            while let Ok(job) = wanted.recv() {
                let kind = job.run(&mut compiler);
                if results.send((job.number, kind)).is_err() {
                    return;
                }
                flag.store(true, Ordering::Release);
                attention.store(true, Ordering::Release);
            }
        };
        // Where the system gives no thread the jobs go nowhere, which `send` tells.
        jit::machine::spawn(work);
        Worker { jobs, done, ready }
    }
    fn send(&self, job: Job) -> bool {
        self.jobs.send(job).is_ok()
    }
}
