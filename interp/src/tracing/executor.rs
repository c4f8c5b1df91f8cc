//! Executors: what stands in the code where a trace begins. Not here: recording, running.
//!
//! ENTER_EXECUTOR takes the opcode's place in the unit of the instruction that counts (a backward jump, RESUME) and the executor's number that
//! of the counter; the operand stays. The instruction can always be run as its plain form, which does not count.

use jit::trace::{Place, Start, Trace};
use runtime::generated::opcode as op;
use runtime::heap::Marker;
use std::collections::HashMap;

use super::ENGINE;

/// A trace, and where it stands.
struct Executor {
    trace: Trace,
    /// The plain form of the instruction whose place it has taken.
    plain: u8,
}

/// All executors of an interpreter.
#[derive(Default)]
pub struct Executors {
    all: Vec<Executor>,
    by_place: HashMap<(usize, u32), u32>,
}

impl Executors {
    /// The number of the new executor.
    pub fn add(&mut self, trace: Trace, plain: u8) -> u32 {
        let number = self.all.len() as u32;
        self.by_place.insert(key(trace.place), number);
        self.all.push(Executor { trace, plain });
        number
    }
    /// The executor that begins at this place.
    pub fn find(&self, place: Place) -> Option<u32> {
        self.by_place.get(&key(place)).copied()
    }
    pub fn start(&self, number: u32) -> Option<Start> {
        self.all.get(number as usize).map(|executor| executor.trace.start)
    }
    pub fn trace(&self, marker: &mut Marker) {
        for executor in &self.all {
            executor.trace.trace(marker);
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
