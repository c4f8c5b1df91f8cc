//! Which executors live: those whose code does. An executor keeps what its trace refers to, but not the code that it begins in, so that a
//! program that was exec'd goes with its traces when nothing else refers to it. A side trace lives as long as the trace whose exit it goes
//! on from. Not here: the rest of the collector (`runtime::heap`).
//!
//! A trace that runs lives: the frame that it began in is on the VM stack, and refers to the code. When it has left that frame it is done,
//! and jumps to another trace or to whoever entered it, who holds it as long as he looks at it.

use super::{Executor, Executors, Loss, key};
use crate::tracing::{ENGINE, Engine};
use jit::trace::{Lost, Start};
use runtime::heap::{self, Marker};
use runtime::value::Value;

/// A collection begins. What somebody works on at this moment is all kept.
pub(in crate::tracing) fn begin(engine: &Engine, marker: &mut Marker) {
    let is_free = engine.executors.try_borrow_mut().is_ok() && engine.report.try_borrow_mut().is_ok();
    engine.keeps_all.set(!is_free);
    // SAFETY: an insertion that is under way allocates nothing in the heap.
    let executors = unsafe { &*engine.executors.as_ptr() };
    executors.returns.values().for_each(|(code, _)| marker.object(*code));
    for executor in executors.all.values() {
        executor.is_visited.set(!is_free);
        if !is_free {
            executor.visit(marker);
        }
    }
}

/// Visits executors whose code is marked by now. False: there were none that had not been visited.
pub fn trace_living(marker: &mut Marker) -> bool {
    ENGINE.with(|engine| {
        // SAFETY: as above.
        let executors = unsafe { &*engine.executors.as_ptr() };
        let mut found = false;
        for executor in executors.all.values().filter(|executor| !executor.is_visited.get()) {
            if executors.lives(executor) {
                executor.is_visited.set(true);
                executor.visit(marker);
                found = true;
            }
        }
        found
    })
}

/// Everything that lives is marked: the other executors are no more, and what is known of places in dead code.
pub fn forget_dead() {
    ENGINE.with(|engine| {
        if engine.keeps_all.get() {
            return;
        }
        let lives = |code: usize| heap::is_marked(Value(code as u64));
        engine.unsurveyed.borrow_mut().retain(|(code, _)| lives(*code));
        let mut executors = engine.executors.borrow_mut();
        let dead = executors.all.values().filter(|executor| !executor.is_visited.get());
        let dead: Vec<u32> = dead.map(|executor| executor.trace.number).collect();
        for number in dead {
            let is_shown = engine.settings.get().report;
            executors.bury(number, |states| {
                if is_shown {
                    engine.report.borrow_mut().came_to(states);
                }
            });
        }
        executors.renewals.retain(|(code, _), _| lives(*code));
        executors.by_place.retain(|(code, _), _| lives(*code));
        executors.tables.retain(|code, _| lives(*code));
    });
}

impl Executor {
    fn visit(&self, marker: &mut Marker) {
        self.trace.trace(marker);
        if let Some(form) = &self.form {
            form.trace(marker);
        }
    }
}

impl Executors {
    fn lives(&self, executor: &Executor) -> bool {
        match executor.trace.start {
            Start::Side { trace, .. } => self.get(trace).is_some_and(|parent| parent.is_visited.get() || self.lives(parent)),
            Start::Loop | Start::Entry | Start::Return => heap::is_marked(executor.trace.place.code.value()),
        }
    }

    /// The executor is no more; what it came to is counted, and shown.
    fn bury(&mut self, number: u32, show: impl Fn(Vec<super::graph::State>)) {
        let Some(executor) = self.get(number).cloned() else { return };
        executor.loss.get_or_init(|| Loss::of(Lost::CodeDied));
        let state = super::graph::state(&executor);
        show(vec![state.clone()]);
        show(vec![super::graph::State { valid: None, ..state }]);
        self.past.add(&executor);
        self.invalidate(number, || Loss::of(Lost::CodeDied));
        self.by_place.remove(&key(executor.trace.place));
        self.all.remove(number);
    }
}
