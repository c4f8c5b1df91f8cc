//! What executors have come to, exit by exit, for a trace report. Not here: the report (`tracing::report`).

use super::{Executor, Executors, Form};
use core::sync::atomic::Ordering;
use runtime::object::Gc;
use runtime::objects::code::Code;

/// An executor as it stands.
#[derive(Clone)]
pub struct State {
    pub number: u32,
    /// None: it has no form any more.
    pub valid: Option<bool>,
    /// Why it is entered no more, in words.
    pub lost: Option<String>,
    /// Side traces between it and one that stands in the code.
    pub chain: u32,
    /// Rounds of its loop, and jumps to wherever a frame stood, as machine code has counted them.
    pub counted: Option<(u64, u64)>,
    pub instructions: u64,
    pub code_bytes: u64,
    pub compile_ns: u64,
    pub exits: Vec<ExitState>,
}

#[derive(Clone)]
pub struct ExitState {
    /// Times that it was taken; those by which it led to another trace are among them where machine code counts.
    pub count: u64,
    pub tries: u32,
    pub pending: bool,
    pub linked: Option<u32>,
}

/// What has become of an executor.
pub(super) fn state(executor: &Executor) -> State {
    let form = executor.form.as_ref();
    let counts: Vec<u64> = form.map_or(&[][..], Form::counts).iter().map(|count| count.load(Ordering::Relaxed)).collect();
    let exit = |(number, exit): (usize, &super::Exit)| ExitState {
        count: counts.get(number + 2).copied().unwrap_or(exit.total.get()),
        tries: exit.tries.get(),
        pending: exit.pending.get(),
        linked: exit.linked.get(),
    };
    let numbers = form.map(Form::numbers).unwrap_or_default();
    State {
        number: executor.trace.number,
        valid: form.map(Form::is_valid),
        lost: executor.loss.get().map(|loss| loss.to_string()),
        chain: executor.chain,
        counted: counts.first().copied().zip(counts.get(1).copied()),
        instructions: numbers.instructions,
        code_bytes: numbers.code_bytes,
        compile_ns: numbers.compile_ns,
        exits: executor.exits.iter().enumerate().map(exit).collect(),
    }
}

impl Executors {
    pub fn states(&self) -> Vec<State> {
        self.sorted().into_iter().map(|executor| state(executor)).collect()
    }
    /// Places that traces have returned to, where none begins, and how often.
    pub fn returned(&self) -> Vec<(Gc<Code>, u32, u32)> {
        let mut places: Vec<_> = self.returns.iter().map(|((_, offset), (code, count))| (*code, *offset, *count)).collect();
        places.sort_by_key(|(code, offset, count)| (u32::MAX - count, jit::trace::text::name(*code), *offset));
        places
    }
}
