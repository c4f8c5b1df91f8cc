//! Checks that fail although they hold, so that the ways out of a trace are walked (`--jit-stress=fail:N`). The interpreter of the IR and
//! machine code count alike. Not here: what makes a guard a check (`build`).

use super::{ExitKind, Func, Id, Op};
use core::sync::atomic::{AtomicU32, Ordering};
use hashbrown::HashMap;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fail {
    #[default]
    Never,
    /// Each check of a trace the first time that it is reached.
    Once,
    /// Each so-manyth check that is reached in a trace.
    Each(u32),
}

/// What the checks of a trace count down.
pub struct Failing {
    counts: Box<[AtomicU32]>,
    /// The count of each check.
    checks: HashMap<Id, usize>,
    /// What a count begins anew with.
    pub again: u32,
    /// No check in truth (`plant`): that it has failed is printed, when the function is interpreted.
    pub planted: Option<Id>,
}

impl Failing {
    /// None: nothing fails that holds.
    pub fn of(func: &Func, fail: Fail) -> Option<Failing> {
        let (first, again, shared) = match fail {
            Fail::Never => return None,
            Fail::Once => (1, u32::MAX, false),
            Fail::Each(rounds) => (rounds, rounds, true),
        };
        let mut checks = HashMap::new();
        func.visit(|_, id| {
            if let Op::Guard { check: true, .. } | Op::CheckValid { .. } = func.op(id) {
                let count = if shared { 0 } else { checks.len() };
                checks.insert(id, count);
            }
        });
        let counts = (0..checks.len()).map(|_| AtomicU32::new(first)).collect();
        Some(Failing { counts, checks, again, planted: None })
    }
    pub fn count(&self, check: Id) -> Option<&AtomicU32> {
        self.counts.get(*self.checks.get(&check)?)
    }
    /// The guard is reached. True: it fails.
    pub fn fails(&self, guard: Id) -> bool {
        let Some(count) = self.count(guard) else { return false };
        let left = count.load(Ordering::Relaxed).wrapping_sub(1);
        count.store(if left == 0 { self.again } else { left }, Ordering::Relaxed);
        left == 0
    }
}

/// For a test of the above: makes the branch of this number (from 1, in the order of the text) a check, which it is not. `Err`: so many
/// branches the function has.
pub fn plant(func: &mut Func, number: u32) -> Result<Id, u32> {
    let mut branches = Vec::new();
    func.visit(|_, id| {
        if let Op::Guard { check: false, kind: ExitKind::Exit, .. } = func.op(id) {
            branches.push(id);
        }
    });
    let branch = number.checked_sub(1).and_then(|at| branches.get(at as usize).copied()).ok_or(branches.len() as u32)?;
    if let Op::Guard { check, .. } = &mut func.def_mut(branch).op {
        *check = true;
    }
    Ok(branch)
}
