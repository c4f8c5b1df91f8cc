//! Executors: what stands in the code where a trace begins, and how it is entered. Not here: recording, what it is made into (`form.rs`).
//!
//! ENTER_EXECUTOR takes the opcode's place in the unit of the instruction that counts (a backward jump, RESUME) and the executor's number that
//! of the counter; the operand stays. The instruction can always be run as its plain form, which does not count.

use jit::trace::{Place, Start, Trace};
use runtime::generated::opcode as op;
use runtime::heap::Marker;
use std::collections::HashMap;

use super::ENGINE;
use super::form::Form;
use crate::dispatch::{Fp, Ip, Ts};
use runtime::objects::code::Code;
use std::rc::Rc;

/// A trace, and where it stands.
struct Executor {
    trace: Trace,
    /// The plain form of the instruction whose place it has taken.
    plain: u8,
    /// None: it is not run but by its instructions.
    form: Option<Rc<Form>>,
}

/// All executors of an interpreter.
#[derive(Default)]
pub struct Executors {
    all: Vec<Executor>,
    by_place: HashMap<(usize, u32), u32>,
}

impl Executors {
    /// The number of the new executor.
    pub fn add(&mut self, trace: Trace, plain: u8, form: Option<Rc<Form>>) -> u32 {
        let number = self.all.len() as u32;
        self.by_place.insert(key(trace.place), number);
        self.all.push(Executor { trace, plain, form });
        number
    }
    /// The executor that begins at this place.
    pub fn find(&self, place: Place) -> Option<u32> {
        self.by_place.get(&key(place)).copied()
    }
    /// Those traces are entered no more, and left at the next look; their places may have others.
    fn invalidate(&mut self, which: impl Fn(&Form) -> bool) {
        for executor in &self.all {
            let Some(form) = executor.form.as_ref().filter(|form| form.is_valid() && which(form)) else { continue };
            form.invalidate();
            self.by_place.remove(&key(executor.trace.place));
        }
    }
    pub fn start(&self, number: u32) -> Option<Start> {
        self.all.get(number as usize).map(|executor| executor.trace.start)
    }
    pub fn trace(&self, marker: &mut Marker) {
        for executor in &self.all {
            executor.trace.trace(marker);
            if let Some(form) = &executor.form {
                form.trace(marker);
            }
        }
    }
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

/// The number of the executor's trace.
pub fn trace_number(number: u32) -> u32 {
    ENGINE.with(|engine| engine.executors.borrow().all.get(number as usize).map_or(0, |executor| executor.trace.number))
}

/// The plain form of the instruction at an ENTER_EXECUTOR.
///
/// # Safety
/// `ip` is at one.
pub unsafe fn plain(ip: *const u32) -> u8 {
    // SAFETY: promised by the caller.
    let number = unsafe { number(ip) };
    ENGINE.with(|engine| engine.executors.borrow().all[number as usize].plain)
}

/// What came of entering an executor.
pub enum Entered {
    /// Nothing: the place is run by this plain form.
    Plain(u8),
    /// Execution goes on in the thread's running frame, where its ip and sp stand.
    Left,
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
    unsafe {
        let number = number(ip);
        let (plain, form) = ENGINE.with(|engine| {
            let executors = engine.executors.borrow();
            let executor = &executors.all[number as usize];
            (executor.plain, executor.form.clone())
        });
        let Some(form) = form else { return Entered::Plain(plain) };
        // A recording goes through the instructions; requests to the thread are looked at by them, too.
        if !form.is_valid() {
            uninstall(ip.cast_mut(), number);
            return Entered::Plain(plain);
        }
        if !(*ts).recorder.get().is_null() || (*ts).eval_breaker.get() != 0 {
            return Entered::Plain(plain);
        }
        let Some(exit) = form.run(&*ts, fp) else { return Entered::Plain(plain) };
        // On the native stack, where the collector sees it.
        let stored = (*ts).exit_buffer.get();
        let restored = jit::restore::restore(exit, &*ts, fp, &stored);
        if restored.raised {
            return Entered::Raised;
        }
        // It has come to nothing: the instruction itself makes the progress.
        if restored.frame == fp && restored.ip == ip { Entered::Plain(plain) } else { Entered::Left }
    }
}

/// Traces that lean on this site are no longer true.
pub fn site_reset(code: &Code, offset: u32) {
    let here = |site: &Place| site.offset == offset && site.code.address() == code as *const Code as usize;
    ENGINE.with(|engine| engine.executors.borrow_mut().invalidate(|form| form.sites.iter().any(here)));
}

/// No trace is true where a tool listens.
pub fn tools_changed() {
    ENGINE.with(|engine| engine.executors.borrow_mut().invalidate(|_| true));
}

/// The place counts again, towards a new trace.
///
/// # Safety
/// ENTER_EXECUTOR stands at `ip`.
unsafe fn uninstall(ip: *mut u32, number: u32) {
    ENGINE.with(|engine| {
        let executors = engine.executors.borrow();
        let Some(executor) = executors.all.get(number as usize) else { return };
        // SAFETY: promised by the caller; code is ours to write while its thread runs.
        unsafe {
            *ip.add(1) = super::first_count_of(executor.trace.start);
            *ip = *ip & !255 | op::HEAD[executor.plain as usize] as u32;
        }
    });
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
