//! What the traces cost and came to, in numbers: `--stats`. Not here: what each did (`Executors::text`).

use super::{Executor, Executors};
use crate::tracing::ENGINE;
use jit::generated::uops::PARTS;
use jit::ir::ExitKind;
use jit::trace::{Start, Trace};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Of traces that have been made, those whose code was thrown away included.
#[derive(Clone, Default)]
pub struct Sum {
    kinds: BTreeMap<&'static str, u64>,
    ends: BTreeMap<&'static str, u64>,
    /// Those that are entered no more, by the reason.
    lost: BTreeMap<&'static str, u64>,
    /// Taken, and not linked when they were.
    exits: BTreeMap<&'static str, u64>,
    uops: u64,
    ir: u64,
    exit_values: u64,
    code_bytes: u64,
    compile_ns: u64,
    pub flushes: u64,
}

/// Micro-ops of a trace.
pub fn uops(trace: &Trace) -> u64 {
    trace.entries.iter().map(|entry| PARTS[entry.opcode as usize].len() as u64).sum()
}

impl Sum {
    pub(super) fn add(&mut self, executor: &Executor) {
        let Some(form) = &executor.form else { return };
        let kind = match executor.trace.start {
            Start::Loop => "loop",
            Start::Entry => "function",
            Start::Return => "return",
            Start::Side { .. } => "side",
        };
        *self.kinds.entry(kind).or_default() += 1;
        *self.ends.entry(executor.trace.end.name()).or_default() += 1;
        if let Some(loss) = executor.loss.get() {
            *self.lost.entry(loss.why.name()).or_default() += 1;
        }
        for (exit, map) in executor.exits.iter().zip(form.maps()) {
            let kind = match map.key.kind {
                ExitKind::Exit => "exit",
                ExitKind::Deopt => "deopt",
                ExitKind::Error => "error",
                ExitKind::Invalid => "invalid",
                ExitKind::End => "end",
            };
            *self.exits.entry(kind).or_default() += exit.total.get();
        }
        let numbers = form.numbers();
        self.uops += executor.uops;
        self.ir += numbers.instructions;
        self.exit_values += numbers.exit_values;
        self.code_bytes += numbers.code_bytes;
        self.compile_ns += numbers.compile_ns;
    }

    /// Compile time in microseconds of each micro-op and instruction of the IR, and bytes of each.
    fn ratios(&self) -> [f64; 4] {
        let per = |what: u64, of: u64| what as f64 / of.max(1) as f64;
        let us = self.compile_ns / 1000;
        [per(us, self.uops), per(us, self.ir), per(self.code_bytes, self.uops), per(self.code_bytes, self.ir)]
    }

    fn text(&self, recorded: u32) -> String {
        let words = |counts: &BTreeMap<&str, u64>| {
            let words: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
            if words.is_empty() { "none".to_string() } else { words.join(", ") }
        };
        let [us_uop, us_ir, bytes_uop, bytes_ir] = self.ratios();
        let mut out = String::new();
        let _ = writeln!(out, "traces recorded: {recorded}; made: {}", words(&self.kinds));
        let _ = writeln!(out, "their ends: {}", words(&self.ends));
        let _ = writeln!(out, "no longer valid: {}", words(&self.lost));
        let _ = writeln!(out, "micro-ops: {}, instructions of the IR: {}, values that exits store: {}", self.uops, self.ir, self.exit_values);
        let _ = write!(out, "compile time: {} us, ", self.compile_ns / 1000);
        let _ = writeln!(out, "{us_uop:.2} us a micro-op, {us_ir:.2} us an instruction of the IR");
        let _ = write!(out, "machine code: {} bytes, ", self.code_bytes);
        let _ = writeln!(out, "{bytes_uop:.1} a micro-op, {bytes_ir:.1} an instruction of the IR");
        let _ = writeln!(out, "exits taken that were not linked: {}", words(&self.exits));
        let _ = writeln!(out, "flushes of code memory: {}", self.flushes);
        out
    }

    fn json(&self, recorded: u32) -> String {
        let object = |counts: &BTreeMap<&str, u64>| {
            let fields: Vec<String> = counts.iter().map(|(name, count)| format!("\"{name}\": {count}")).collect();
            format!("{{{}}}", fields.join(", "))
        };
        let [us_uop, us_ir, bytes_uop, bytes_ir] = self.ratios();
        let [kinds, ends, lost, exits] = [&self.kinds, &self.ends, &self.lost, &self.exits].map(object);
        let Sum { uops, ir, exit_values, code_bytes, compile_ns, flushes, .. } = self;
        let mut out = format!("{{\"recorded\": {recorded}, \"traces\": {kinds}, \"ends\": {ends}, \"lost\": {lost}, \"exits\": {exits}, ");
        let _ = write!(out, "\"uops\": {uops}, \"ir_instructions\": {ir}, \"exit_values\": {exit_values}, \"code_bytes\": {code_bytes}, \"compile_ns\": {compile_ns}, ");
        let _ = write!(out, "\"compile_us_per_uop\": {us_uop:.3}, \"compile_us_per_ir_instruction\": {us_ir:.3}, ");
        let _ = write!(out, "\"code_bytes_per_uop\": {bytes_uop:.3}, \"code_bytes_per_ir_instruction\": {bytes_ir:.3}, ");
        let _ = writeln!(out, "\"flushes\": {flushes}}}");
        out
    }
}

impl Executors {
    pub(super) fn sum(&self) -> Sum {
        let mut sum = self.past.clone();
        self.all.values().for_each(|executor| sum.add(executor));
        sum
    }
}

/// For people, or for programs.
pub fn report(json: bool) -> String {
    ENGINE.with(|engine| {
        let (sum, recorded) = (engine.executors.borrow().sum(), engine.recorded.get());
        if json { sum.json(recorded) } else { sum.text(recorded) }
    })
}
