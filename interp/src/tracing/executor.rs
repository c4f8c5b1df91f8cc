//! Executors: what stands in the code where a trace begins, how it is entered, and where its exits lead. Not here: recording, what it is
//! made into (`form.rs`).
//!
//! ENTER_EXECUTOR takes the opcode's place in the unit of the instruction that counts (a backward jump, RESUME) and the executor's number
//! that of the counter; the operand stays. The instruction can always be run as its plain form, which does not count. A side trace stands
//! in no code: the exit that it goes on from is linked to it.

mod all;
pub mod graph;
pub mod living;
pub mod stats;

use hashbrown::HashMap;
use jit::ir::ExitKind;
use jit::ir::exits::ExitMap;
use jit::trace::{Lost, Place, Start, Trace};
use runtime::generated::opcode as op;
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt::Write;
use std::rc::Rc;

use super::form::{Form, Left};
use super::{ENGINE, Engine};
use crate::dispatch::{Fp, Ip, Ts};
use runtime::frame::Frame;
use runtime::object::Gc;
use runtime::objects::class::Class;
use runtime::objects::code::Code;

/// A trace, and where it stands. First what is looked at when it is entered and left.
#[repr(C)]
struct Executor {
    exits: Box<[Exit]>,
    /// The plain form of the instruction whose place it has taken.
    plain: u8,
    /// Side traces between it and the trace that stands in the code.
    chain: u32,
    /// Instructions that it has.
    length: usize,
    /// None: it is not run but by its instructions.
    form: Option<Form>,
    /// Without its entries, which nobody needs once it has its form.
    trace: Trace,
    /// Micro-ops of its instructions.
    uops: u64,
    /// Exits that are linked to it, by executor and number.
    incoming: RefCell<Vec<(u32, u32)>>,
    /// Why it is entered no more.
    loss: OnceCell<Loss>,
    /// In a collection: what it refers to has been visited.
    is_visited: Cell<bool>,
}

impl Executor {
    fn map(&self, exit: u32) -> Option<&ExitMap> {
        self.form.as_ref()?.maps().get(exit as usize)
    }
}

/// Why a trace was lost, and what that was about, in words; nothing where there is nothing more to say.
#[derive(Clone)]
pub struct Loss {
    pub why: Lost,
    pub about: String,
}

impl Loss {
    pub fn of(why: Lost) -> Loss {
        Loss { why, about: String::new() }
    }
}

impl core::fmt::Display for Loss {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.about.as_str() {
            "" => f.write_str(self.why.name()),
            about => write!(f, "{}: {about}", self.why.name()),
        }
    }
}

/// What is known of an exit.
#[derive(Default)]
struct Exit {
    /// Times that it was taken, unlinked, since the last try.
    count: Cell<u32>,
    /// Times that it was taken, unlinked, in all.
    total: Cell<u64>,
    /// Recordings from here that came to nothing.
    tries: Cell<u32>,
    /// A trace from here is with the worker.
    pending: Cell<bool>,
    /// The executor that goes on from here.
    linked: Cell<Option<u32>>,
}

/// Recordings from one exit that may come to nothing.
const TRIES: u32 = 5;
/// Side traces in a row.
const LONGEST_CHAIN: u32 = 12;
/// Instructions of a trace that it is worth to enter for, where it leads back to Rust.
const LEAST_TO_RUST: usize = 40;
/// Times that the traces of one place may be thrown away because what they were specialized for no longer came.
const RENEWALS: u32 = 4;

/// All executors of an interpreter.
#[derive(Default)]
pub struct Executors {
    all: all::All,
    by_place: HashMap<(usize, u32), u32>,
    renewals: HashMap<(usize, u32), u32>,
    /// By code, which has its address in `machine_code`.
    tables: HashMap<usize, Box<[Cell<usize>]>>,
    /// How often a trace has returned to a place where none begins, for `--dump=exits`.
    returns: HashMap<(usize, u32), (Gc<Code>, u32)>,
    /// What was thrown away.
    past: stats::Sum,
}

/// Of a code with so many units: for each unit the address of the machine code that begins there, or null; then for each unit how often a
/// trace has returned there and found none.
fn new_table(units: usize) -> Box<[Cell<usize>]> {
    (0..2 * units).map(|_| Cell::new(0)).collect()
}

fn units(code: Gc<Code>) -> usize {
    code.decoded().map_or(0, |decoded| decoded.units.len())
}

impl Executors {
    /// Of a trace that begins at an instruction which counts.
    pub fn add(&mut self, trace: Trace, plain: u8, form: Option<Form>) {
        self.by_place.insert(key(trace.place), trace.number);
        if let Some(entry) = form.as_ref().and_then(Form::entry) {
            self.set_entry(trace.place, entry);
        }
        self.put(trace, plain, 0, form);
    }
    /// Of a trace that goes on from an exit.
    pub fn add_side(&mut self, trace: Trace, from: (u32, u32), form: Form) {
        let number = trace.number;
        let chain = self.get(from.0).map_or(0, |executor| executor.chain) + 1;
        self.put(trace, 0, chain, Some(form));
        self.link(from, number);
    }
    fn put(&mut self, trace: Trace, plain: u8, chain: u32, form: Option<Form>) {
        let (number, length, uops) = (trace.number, trace.entries.len(), stats::uops(&trace));
        let trace = Trace { entries: Vec::new(), values: Vec::new(), ..trace };
        let maps = form.as_ref().map_or(&[][..], Form::maps);
        let exits = maps.iter().map(|_| Exit::default()).collect();
        let targets: Vec<Option<u32>> = maps.iter().map(|map| map.key.executor).collect();
        let (incoming, loss, is_visited) = (RefCell::default(), OnceCell::new(), Cell::default());
        let executor = Executor { trace, length, uops, plain, chain, form, exits, incoming, loss, is_visited };
        self.all.insert(number, Rc::new(executor));
        for (exit, target) in targets.into_iter().enumerate() {
            if let Some(target) = target {
                self.link((number, exit as u32), target);
            }
        }
    }
    /// Dispatches to this place lead there from now on.
    fn set_entry(&mut self, place: Place, entry: *const u8) {
        if let Some(cell) = self.table(place.code).get(place.offset as usize) {
            cell.set(entry as usize);
        }
    }
    fn table(&mut self, code: Gc<Code>) -> &[Cell<usize>] {
        if code.machine_code.get().is_null() {
            // One that is there is of a code that lies there no more.
            let table = new_table(units(code));
            code.machine_code.set(table.as_ptr().cast());
            self.tables.insert(code.address(), table);
        }
        // SAFETY: `new_table`'s, which is among the tables as long as the code is there.
        unsafe { core::slice::from_raw_parts(code.machine_code.get().cast(), 2 * units(code)) }
    }
    /// A trace has returned to where none begins. True: that is worth a recording.
    fn count_return(&mut self, place: Place, threshold: usize, is_told: bool) -> bool {
        let units = units(place.code);
        if is_told {
            self.returns.entry(key(place)).or_insert((place.code, 0)).1 += 1;
        }
        let Some(cell) = self.table(place.code).get(units + place.offset as usize) else { return false };
        let count = cell.get() + 1;
        cell.set(count);
        // Again at twice the number, should nothing come of it.
        let enough = count >= threshold && count % threshold == 0 && (count / threshold).is_power_of_two();
        if (enough || count == 1) && self.by_place.contains_key(&key(place)) {
            // It has had its trace, which is no good.
            self.table(place.code)[units + place.offset as usize].set(usize::MAX);
            return false;
        }
        enough
    }
    fn get(&self, number: u32) -> Option<&Rc<Executor>> {
        self.all.get(number)
    }
    /// In their order.
    fn sorted(&self) -> Vec<&Rc<Executor>> {
        self.all.values().collect()
    }
    /// The executor that begins at this place.
    pub fn find(&self, place: Place) -> Option<u32> {
        self.by_place.get(&key(place)).copied()
    }
    /// As `find`, of one that a recording can end in.
    pub fn find_valid(&self, place: Place) -> Option<u32> {
        let valid = |number: &u32| self.get(*number).is_some_and(|executor| executor.form.as_ref().is_none_or(Form::is_valid));
        self.find(place).filter(valid)
    }
    /// Where the trace begins, if it can be gone to.
    pub fn place(&self, number: u32) -> Option<Place> {
        let executor = self.get(number)?;
        executor.form.as_ref().filter(|form| form.is_valid()).map(|_| executor.trace.place)
    }
    pub fn map(&self, (number, exit): (u32, u32)) -> Option<ExitMap> {
        self.get(number)?.form.as_ref()?.maps().get(exit as usize).cloned()
    }
    /// From now on the exit leads to this executor, which takes over in the state that the exit leaves. False: it cannot.
    fn link(&self, from: (u32, u32), to: u32) -> bool {
        let (Some(source), Some(target)) = (self.get(from.0), self.get(to)) else { return false };
        let (Some(form), Some(entered)) = (&source.form, &target.form) else { return false };
        if !entered.is_valid() {
            return false;
        }
        let Some(exit) = source.exits.get(from.1 as usize) else { return false };
        exit.linked.set(Some(to));
        target.incoming.borrow_mut().push(from);
        // SAFETY: the target's code stays; it is unlinked when it is no longer true.
        unsafe { form.link(from.1, entered) };
        true
    }
    /// The executor is entered no more, and left at the next look; its place may have another.
    fn invalidate(&mut self, number: u32, loss: impl FnOnce() -> Loss) {
        let Some(executor) = self.get(number).cloned() else { return };
        executor.loss.get_or_init(loss);
        if let Some(form) = &executor.form {
            form.invalidate();
        }
        for (from, exit) in executor.incoming.take() {
            let Some(source) = self.get(from) else { continue };
            if let (Some(form), Some(state)) = (&source.form, source.exits.get(exit as usize))
                && state.linked.get() == Some(number)
            {
                state.linked.set(None);
                form.unlink(exit);
            }
        }
        let key = key(executor.trace.place);
        if self.by_place.get(&key) == Some(&number) {
            self.by_place.remove(&key);
            if let Some(cell) = self.tables.get(&key.0).and_then(|table| table.get(key.1 as usize)) {
                cell.set(0);
            }
        }
    }
    fn invalidate_if(&mut self, which: impl Fn(&Form) -> bool, loss: impl Fn() -> Loss) {
        let valid = |executor: &Rc<Executor>| executor.form.as_ref().is_some_and(|form| form.is_valid() && which(form));
        let found: Vec<u32> = self.sorted().into_iter().filter(|it| valid(it)).map(|it| it.trace.number).collect();
        found.into_iter().for_each(|number| self.invalidate(number, &loss));
    }
    /// A specialization of the trace does not fit any more, time after time: what is recorded now will be another.
    fn renew(&mut self, number: u32, exit: &ExitMap) {
        let Some(executor) = self.get(number) else { return };
        let renewals = self.renewals.entry(key(executor.trace.place)).or_default();
        *renewals += 1;
        if *renewals <= RENEWALS {
            let about = || standing_at(exit).map_or(String::new(), instruction);
            self.invalidate(number, || Loss { why: Lost::FitsNoMore, about: about() });
        }
    }
    /// It is entered no more, and nothing takes its place.
    fn retire(&mut self, number: u32) {
        let Some(executor) = self.get(number).cloned() else { return };
        self.invalidate(number, || Loss::of(Lost::DoesNotPay));
        self.by_place.insert(key(executor.trace.place), number);
    }
    /// One of them, whichever it is: for `--jit-stress`.
    fn invalidate_some(&mut self, random: impl Fn(u32) -> u32) {
        let bound = self.all.bound();
        if bound != 0 {
            self.invalidate(random(bound), || Loss::of(Lost::Stress));
        }
    }
    /// All code is thrown away: what is hot will be recorded again, what is cold will not.
    /// How often that has been.
    pub fn flush(&mut self) -> u64 {
        for executor in self.all.values().filter(|executor| executor.form.is_some()) {
            executor.loss.get_or_init(|| Loss::of(Lost::NoRoom));
        }
        self.past = self.sum();
        self.past.flushes += 1;
        for executor in self.all.values_mut() {
            // Nobody runs one, so that nobody else holds it.
            if let Some(executor) = Rc::get_mut(executor) {
                executor.form = None;
            }
        }
        self.tables.values().flat_map(|table| table.iter()).for_each(|cell| cell.set(0));
        self.by_place.clear();
        self.returns.clear();
        self.past.flushes
    }
    pub fn start(&self, number: u32) -> Option<Start> {
        self.get(number).map(|executor| executor.trace.start)
    }
    /// For people: each executor, what its code cost, and its exits that were taken without a link.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for executor in self.sorted() {
            let place = executor.trace.place;
            let line = place.code.position(place.offset).line;
            let _ = write!(out, "trace {}: {} line {line}", executor.trace.number, jit::trace::text::name(place.code));
            match &executor.form {
                None => _ = writeln!(out, ", by its instructions"),
                Some(form) => {
                    let state = executor.loss.get().map_or(String::new(), |loss| format!(", no longer valid ({loss})"));
                    let _ = writeln!(out, "{state}, ends: {}{}", executor.trace.end.name(), form.cost());
                    let exits = executor.exits.iter().zip(form.maps()).enumerate();
                    for (number, (exit, map)) in exits.filter(|(_, (exit, _))| exit.total.get() > 0) {
                        let Some(place) = standing_at(map) else { continue };
                        let (name, line) = (opcode_name(place), place.code.position(place.offset).line);
                        let linked = exit.linked.get().map_or(String::new(), |to| format!(", linked to {to}"));
                        let _ = writeln!(
                            out,
                            "  exit {number}: {:?} line {line} at {name}, {} times, {} tries{linked}",
                            map.key.kind,
                            exit.total.get(),
                            exit.tries.get()
                        );
                    }
                }
            }
        }
        for ((_, offset), (code, count)) in &self.returns {
            let line = code.position(*offset).line;
            let _ = writeln!(out, "return to {} line {line}, where no trace begins: {count} times", jit::trace::text::name(*code));
        }
        out
    }
    pub fn set_pending(&self, (number, exit): (u32, u32), pending: bool) {
        if let Some(exit) = self.get(number).and_then(|executor| executor.exits.get(exit as usize)) {
            exit.pending.set(pending);
        }
    }
    /// The recording that began at this exit came to nothing.
    pub fn failed(&self, (number, exit): (u32, u32)) {
        if let Some(exit) = self.get(number).and_then(|executor| executor.exits.get(exit as usize)) {
            exit.tries.set(exit.tries.get() + 1);
        }
    }
}

/// The instruction at which an exit stands.
fn standing_at(map: &ExitMap) -> Option<Place> {
    // SAFETY: the map's objects are roots of a form.
    map.frames.last().map(|last| Place { code: unsafe { gc(last.code) }, offset: last.ip })
}

fn opcode_name(place: Place) -> &'static str {
    // SAFETY: the units of a code stay, and a place is one of them.
    let opcode = unsafe { *place.code.units().add(place.offset as usize) } as u8;
    op::NAMES[opcode as usize]
}

/// An instruction, for people.
fn instruction(place: Place) -> String {
    let line = place.code.position(place.offset).line;
    format!("{} of {} line {line}", opcode_name(place), jit::trace::text::name(place.code))
}

/// A place, for tables.
pub fn key(place: Place) -> (usize, u32) {
    (place.code.address(), place.offset)
}

/// The number of the executor at an ENTER_EXECUTOR.
///
/// # Safety
/// `ip` is at one.
pub unsafe fn number(ip: *const u32) -> u32 {
    // SAFETY: the counter of an instruction that counts is the unit behind it (checked below).
    unsafe { *ip.add(1) }
}

/// How the trace of an executor begins.
pub fn start_of(number: u32) -> Option<Start> {
    ENGINE.with(|engine| engine.executors.borrow().start(number))
}

/// The plain form of the instruction at an ENTER_EXECUTOR.
///
/// # Safety
/// `ip` is at one.
pub unsafe fn plain(ip: *const u32) -> u8 {
    // SAFETY: promised by the caller.
    let number = unsafe { number(ip) };
    ENGINE.with(|engine| engine.executors.borrow().get(number).map_or(op::NOP, |executor| executor.plain))
}

/// What came of entering an executor.
pub enum Entered {
    /// Nothing: the place is run by this plain form.
    Plain(u8),
    /// Execution goes on in the thread's running frame, where its ip and sp stand.
    Left,
    /// As `Left`; a recording begins with the instruction there.
    Record,
    /// As `Left`, with an exception set.
    Raised,
}

/// Runs the trace that begins here.
///
/// # Safety
/// ENTER_EXECUTOR stands at `ip`, in the running frame `fp` of the thread, whose ip and sp are saved.
#[inline(never)]
pub unsafe fn enter(ip: Ip, ts: Ts, fp: Fp) -> Entered {
    // SAFETY: promised by the caller.
    ENGINE.with(|engine| unsafe {
        // Before anything is held: all code may be thrown away here.
        engine.poll();
        let number = number(ip);
        // Held: its code may die while it runs, behind its last instruction in it.
        let Some(executor) = engine.executors.borrow().get(number).cloned() else { return Entered::Plain(op::NOP) };
        let plain = executor.plain;
        let Some(form) = &executor.form else {
            // Only recorded, or thrown away.
            if engine.executors.borrow().find(executor.trace.place) != Some(number) {
                uninstall(ip.cast_mut(), &executor, false);
            }
            return Entered::Plain(plain);
        };
        // A recording goes through the instructions; requests to the thread are looked at by them, too.
        if !form.is_valid() {
            let retired = engine.executors.borrow().find(executor.trace.place) == Some(number);
            uninstall(ip.cast_mut(), &executor, retired);
            return Entered::Plain(plain);
        }
        if !(*ts).recorder.get().is_null() || (*ts).eval_breaker.get() != 0 {
            return Entered::Plain(plain);
        }
        // What is reached from here is thrown away no more.
        engine.inside.set(engine.inside.get() + 1);
        let left = match form.enter(&*ts, fp) {
            Some(left) => left_by(engine, left, (number, executor)),
            None => run(engine, executor, ts, fp),
        };
        let entered = match left {
            Some((left, owner)) => go_on(engine, &left, &owner, ts, (ip, fp)),
            None => Entered::Plain(plain),
        };
        engine.inside.set(engine.inside.get() - 1);
        match entered {
            // It has come to nothing: the instruction itself makes the progress.
            Entered::Plain(_) => Entered::Plain(plain),
            entered => entered,
        }
    })
}

/// The exit by which machine code was left that was entered by this executor, and whose it is.
#[inline(always)]
fn left_by(engine: &Engine, left: Left, entered: (u32, Rc<Executor>)) -> Option<(Left, Rc<Executor>)> {
    let owner = match left.owner == entered.0 {
        true => entered.1,
        false => engine.executors.borrow().get(left.owner)?.clone(),
    };
    Some((left, owner))
}

/// From an exit to the interpreter. `Plain`: nothing has been done since the trace was entered, at `from`.
///
/// # Safety
/// The exit has just been taken on this thread.
#[inline(always)]
unsafe fn go_on(engine: &Engine, left: &Left, owner: &Executor, ts: Ts, from: (Ip, Fp)) -> Entered {
    let Some(map) = owner.map(left.exit) else { return Entered::Plain(op::NOP) };
    // SAFETY: promised by the caller.
    unsafe {
        let restored = jit::restore::restore(map, &*ts, left.root);
        if restored.raised {
            return Entered::Raised;
        }
        let record = match map.frames.is_empty() {
            true => engine.has_returned(ts),
            false => hot(engine, owner, left.exit, map, ts) && engine.goes_on((left.owner, left.exit), map, ts),
        };
        match record {
            true => Entered::Record,
            false if (restored.ip, restored.frame) == from => Entered::Plain(op::NOP),
            false => Entered::Left,
        }
    }
}

/// Runs an interpreted executor and those that its exits are linked to. The last exit, and whose it is.
///
/// # Safety
/// The executor's trace begins where the running frame `fp` stands.
#[cold]
unsafe fn run(engine: &Engine, first: Rc<Executor>, ts: Ts, fp: *mut Frame) -> Option<(Left, Rc<Executor>)> {
    let (mut executor, mut root) = (first, fp);
    let at = |number| engine.executors.borrow().get(number).cloned();
    loop {
        // SAFETY: promised by the caller, and by links.
        let left = unsafe { executor.form.as_ref()?.run(&*ts, root)? };
        if left.owner != executor.trace.number {
            executor = at(left.owner)?;
        }
        let dispatched = executor.map(left.exit)?.frames.is_empty();
        let next = match dispatched {
            true => {
                // SAFETY: the trace has left the frame complete.
                let place = unsafe { standing(ts) };
                let executors = engine.executors.borrow();
                executors.find(place).filter(|&number| executors.place(number).is_some())
            }
            false => executor.exits.get(left.exit as usize)?.linked.get(),
        };
        let Some(next) = next else { return Some((left, executor)) };
        // SAFETY: `ts` is the thread.
        root = if dispatched { unsafe { (*ts).frame.get() } } else { left.root };
        executor = at(next)?;
    }
}

/// Counts an exit that was taken. True: something is to be done about it.
///
/// # Safety
/// The exit has been restored.
unsafe fn hot(engine: &Engine, executor: &Executor, number: u32, map: &ExitMap, ts: Ts) -> bool {
    let Some(exit) = executor.exits.get(number as usize) else { return false };
    exit.total.set(exit.total.get() + 1);
    let stress = engine.stress.get().invalidate;
    if stress != 0 && engine.random_below(stress) == 0 {
        engine.executors.borrow_mut().invalidate_some(|bound| engine.random_below(bound));
    }
    if matches!(map.key.kind, ExitKind::Error | ExitKind::Invalid) || exit.tries.get() >= TRIES || exit.pending.get() {
        return false;
    }
    exit.count.set(exit.count.get() + 1);
    // Back to Rust, which no trace does.
    // SAFETY: promised by the caller.
    if map.key.kind == ExitKind::End && unsafe { leads_to_rust(map, ts) } {
        exit.tries.set(TRIES);
        if executor.length < LEAST_TO_RUST && executor.chain == 0 {
            engine.executors.borrow_mut().retire(executor.trace.number);
        }
        return false;
    }
    let threshold = engine.side_threshold.get() << (2 * exit.tries.get());
    if exit.count.get() < threshold {
        return false;
    }
    exit.count.set(0);
    if map.key.kind == ExitKind::Deopt {
        exit.tries.set(exit.tries.get() + 1);
        engine.executors.borrow_mut().renew(executor.trace.number, map);
        return false;
    }
    true
}

/// The instruction at which the exit stands leaves a frame that Rust has called.
///
/// # Safety
/// The exit has been restored.
unsafe fn leads_to_rust(map: &ExitMap, ts: Ts) -> bool {
    let Some(last) = map.frames.last() else { return false };
    // SAFETY: promised by the caller.
    unsafe {
        let opcode = *gc::<Code>(last.code).units().add(last.ip as usize) as u8;
        op::has(opcode, op::flag::POPS_FRAME) && (*(*ts).frame.get()).kind.get() & runtime::frame::kind::ENTRY != 0
    }
}

impl Engine {
    /// An exit is hot: it is linked to the trace that begins where it leads, or one is recorded from there. True: one is.
    ///
    /// # Safety
    /// The exit has been restored.
    unsafe fn goes_on(&self, from: (u32, u32), map: &ExitMap, ts: Ts) -> bool {
        let executors = self.executors.borrow();
        let (Some(last), Some(source)) = (map.frames.last(), executors.get(from.0).cloned()) else { return false };
        // SAFETY: the map's objects are roots of a form.
        let (code, function) = unsafe { (gc(last.code), gc(last.function)) };
        let place = Place { code, offset: last.ip };
        if map.key.executor.is_some()
            && let Some(target) = executors.find(place)
        {
            let leads_on = executors.link(from, target);
            if !leads_on {
                executors.failed(from);
            }
            let useless = !leads_on && source.chain == 0 && source.length < LEAST_TO_RUST;
            drop(executors);
            if useless {
                self.executors.borrow_mut().retire(from.0);
            }
            return false;
        }
        if source.chain >= LONGEST_CHAIN {
            executors.failed(from);
            return false;
        }
        if self.is_busy() {
            return false;
        }
        let must_move = source.trace.place == place;
        drop(executors);
        let mut recorder = self.buffer.take().unwrap_or_default();
        // SAFETY: as above.
        let codes = map.frames.iter().map(|frame| unsafe { gc(frame.code) }).collect();
        recorder.begin_side(self.settings.get(), place, function, from, codes, must_move);
        // SAFETY: promised by the caller.
        unsafe { (*ts).recorder.set(Box::into_raw(recorder).cast()) };
        true
    }
}

impl Engine {
    /// A trace has returned, or resumed a generator, to where none begins. True: one is recorded from there.
    ///
    /// # Safety
    /// The thread's running frame is complete.
    unsafe fn has_returned(&self, ts: Ts) -> bool {
        // SAFETY: promised by the caller.
        let (place, fp) = unsafe { (standing(ts), (*ts).frame.get()) };
        // SAFETY: the units of a code stay.
        let opcode = unsafe { *place.code.units().add(place.offset as usize) } as u8;
        // What counts by itself needs no second count.
        if op::has(op::HEAD[opcode as usize], op::flag::TIERS_UP) || opcode == op::ENTER_EXECUTOR {
            return false;
        }
        let table = place.code.machine_code.get().cast::<usize>();
        // SAFETY: the table has a second part as long as the code.
        if !table.is_null() && unsafe { *table.add(units(place.code) + place.offset as usize) } == usize::MAX {
            return false;
        }
        let (threshold, is_told) = (self.settings.get().side_threshold, self.settings.get().dump_exits || self.settings.get().report);
        if self.is_busy() || self.is_pending(place) || !self.executors.borrow_mut().count_return(place, threshold as usize, is_told) {
            return false;
        }
        let settings = self.settings.get();
        let mut recorder = self.buffer.take().unwrap_or_default();
        // SAFETY: promised by the caller.
        unsafe {
            recorder.begin(settings, place, Start::Return, (*fp).function, core::ptr::null_mut(), fp);
            (*ts).recorder.set(Box::into_raw(recorder).cast());
        }
        true
    }
}

/// Where the running frame of the thread stands.
///
/// # Safety
/// There is one, and its ip is saved.
unsafe fn standing(ts: Ts) -> Place {
    // SAFETY: promised by the caller.
    unsafe {
        let frame = &*(*ts).frame.get();
        Place { code: frame.code, offset: frame.offset() }
    }
}

unsafe fn gc<T>(value: runtime::value::Value) -> Gc<T> {
    // SAFETY: promised by the caller.
    unsafe { Gc::from_address(value.0 as usize) }
}

/// Traces that lean on this site are no longer true.
pub fn site_reset(code: &Code, offset: u32, changed: &Class) {
    let site = Place { code: code.handle(), offset };
    let loss = || Loss { why: Lost::ClassChanged, about: format!("{}, for {}", changed.name(), instruction(site)) };
    invalidate_if(|sites| sites.contains(&site), loss);
}

/// No trace is true where a tool listens.
pub fn tools_changed() {
    invalidate_if(|_| true, || Loss::of(Lost::ToolsChanged));
}

/// Traces that run know the code's variables: they are left at their next look at the flag, with what stands in memory. What waits for the
/// worker runs in no frame yet.
pub fn variable_set(code: &Code) {
    // Snapshots name the code of each frame.
    let goes_through = |form: &Form| form.refers_to(code.handle().value());
    let loss = || Loss { why: Lost::VariableSet, about: jit::trace::text::name(code.handle()) };
    ENGINE.with(|engine| engine.executors.borrow_mut().invalidate_if(goes_through, loss));
}

/// Traces that lean on such sites, those included that the worker compiles.
fn invalidate_if(which: impl Fn(&[Place]) -> bool, loss: impl Fn() -> Loss) {
    ENGINE.with(|engine| {
        engine.executors.borrow_mut().invalidate_if(|form| which(&form.sites), &loss);
        engine.pending.borrow_mut().iter_mut().for_each(|pending| pending.invalidate_if(&which, &loss));
    });
}

/// The place counts again, towards a new trace, unless none is wanted any more.
///
/// # Safety
/// ENTER_EXECUTOR stands at `ip`.
unsafe fn uninstall(ip: *mut u32, executor: &Executor, retired: bool) {
    // SAFETY: promised by the caller; code is ours to write while its thread runs.
    unsafe {
        *ip.add(1) = super::first_count_of(executor.trace.start);
        let opcode = if retired { executor.plain } else { op::HEAD[executor.plain as usize] };
        *ip = *ip & !255 | opcode as u32;
    }
}

/// Puts the executor at the instruction that counts, unless a tool listens there by now.
///
/// # Safety
/// `ip` is at the instruction, whose code lives as long as the executor.
pub unsafe fn install(ip: *mut u32, number: u32) {
    // SAFETY: promised by the caller; code is ours to write while its thread runs.
    unsafe {
        if op::has(*ip as u8, op::flag::TIERS_UP) {
            *ip.add(1) = number;
            *ip = *ip & !255 | op::ENTER_EXECUTOR as u32;
        }
    }
}

// The counter is the first unit of the cache wherever an executor may stand.
const _: () = {
    let mut opcode = 0;
    while opcode < 256 {
        assert!(!op::has(opcode as u8, op::flag::TIERS_UP) || op::COUNTER[opcode] == 1);
        opcode += 1;
    }
};
