//! Where paths part: guards, side paths, choices between values, and the ends of paths. Not here: what an exit restores (`frames`).

use super::Builder;
use crate::ir::{ExitKind, Id, Op, SnapshotId, Ty, Unary};
use core::mem::offset_of;
use runtime::vm::Thread;
use std::rc::Rc;

impl Builder<'_> {
    /// Leaves when `bad`; the instruction is run again elsewhere, or the exception goes its way from here.
    pub(super) fn guard(&mut self, bad: Id, kind: ExitKind) {
        match self.truth(bad) {
            Some(false) => {}
            Some(true) => self.refuse_because("a guard that cannot hold"),
            None => {
                let snapshot = if kind == ExitKind::Error { self.restart() } else { self.again() };
                let check = kind != ExitKind::Error && !self.acted;
                self.effect(Op::Guard { bad, snapshot, kind, check });
                self.learn(bad, false);
            }
        }
    }

    /// Where a trace goes on from the exit at this instruction, it is because the other one took over.
    pub(super) fn other_takes_over(&mut self, bad: Id) -> bool {
        match self.truth(bad) {
            Some(truth) => truth,
            None if self.resumes => {
                let good = self.fold_unary(Unary::Not, bad);
                self.guard(good, ExitKind::Exit);
                true
            }
            None => {
                // An exit of its own: a trace that goes on from there knows what has happened.
                let snapshot = self.restart();
                self.effect(Op::Guard { bad, snapshot, kind: ExitKind::Exit, check: !self.acted });
                self.learn(bad, false);
                false
            }
        }
    }

    /// A path that was not taken: a guard where nothing happens on it, else a region that leaves the trace.
    pub(super) fn side_path(&mut self, condition: Id, path: impl FnOnce(&mut Self)) {
        match self.truth(condition) {
            Some(false) => return,
            Some(true) => return self.refuse_because("a path that cannot be taken"),
            None => {}
        }
        // The function grows on; what is known afterwards is what was known before.
        let func = std::mem::replace(&mut self.func, crate::ir::Func::new(""));
        let (head, heads) = (std::mem::take(&mut self.head), std::mem::take(&mut self.heads));
        let outer = self.clone();
        (self.func, self.head, self.heads) = (func, head, heads);
        let region = self.func.new_block();
        self.block = region;
        self.side = Some(None);
        path(self);
        let end = self.side.take().flatten();
        let inner = std::mem::replace(self, outer);
        (self.func, self.head, self.heads, self.refused) = (inner.func, inner.head, inner.heads, inner.refused);
        let Some((snapshot, kind)) = end else { return self.refuse_because("a side path without an end") };
        if self.func.block(region).is_empty() {
            // It goes on behind the instruction, on the path.
            self.effect(Op::Guard { bad: condition, snapshot, kind, check: false });
        } else {
            self.func.push(region, Op::Leave { snapshot, kind }, None);
            let otherwise = self.func.new_block();
            self.func.push(otherwise, Op::Yield { args: Vec::new() }, None);
            self.effect(Op::If { condition, then: region, otherwise, results: Vec::new() });
        }
        self.learn(condition, false);
    }

    /// The value of one of two computations.
    pub(super) fn choice(
        &mut self,
        condition: Id,
        then: impl FnOnce(&mut Self) -> Id,
        otherwise: impl FnOnce(&mut Self) -> Id,
    ) -> Id {
        match self.truth(condition) {
            Some(true) => return then(self),
            Some(false) => return otherwise(self),
            None => {}
        }
        let (then, then_value) = self.region(condition, true, then);
        let (otherwise, other_value) = self.region(condition, false, otherwise);
        let ty = self.ty(then_value);
        self.func.push(then, Op::Yield { args: vec![then_value] }, None);
        self.func.push(otherwise, Op::Yield { args: vec![other_value] }, None);
        let result = self.func.param(ty);
        self.effect(Op::If { condition, then, otherwise, results: vec![result] });
        result
    }

    /// A region of its own; what is found out there does not hold outside.
    fn region(&mut self, condition: Id, truth: bool, value: impl FnOnce(&mut Self) -> Id) -> (crate::ir::Block, Id) {
        let region = self.func.new_block();
        let block = std::mem::replace(&mut self.block, region);
        let facts = (self.computed.clone(), self.known.clone(), self.same.clone(), self.shapes.clone());
        let outer = (facts, self.memory.clone(), self.frames.clone());
        self.learn(condition, truth);
        let value = value(self);
        ((self.computed, self.known, self.same, self.shapes), self.memory, self.frames) = outer;
        self.block = block;
        (region, value)
    }

    /// The path goes on in this frame.
    pub(super) fn path_ends(&mut self, ip: u32) {
        self.ip = ip;
        if self.side == Some(None) {
            let snapshot = self.snapshot_here();
            self.side = Some(Some((snapshot, ExitKind::Exit)));
        }
    }

    /// The path leaves the trace.
    pub(super) fn path_leaves(&mut self, snapshot: SnapshotId, kind: ExitKind) {
        match self.side {
            Some(None) => self.side = Some(Some((snapshot, kind))),
            Some(Some(_)) => {}
            None => {
                self.effect(Op::Leave { snapshot, kind });
                self.ended = true;
            }
        }
    }

    /// Signals and other requests are the interpreter's; frames above the first leave them to the loop around them.
    pub(super) fn periodic(&mut self) {
        if self.frames.depth() > 0 {
            return;
        }
        let thread = self.thread();
        let offset = offset_of!(Thread, eval_breaker) as i32;
        let class = crate::ir::Class::FRAME;
        let breaker = self.append(Op::Load { base: thread, offset, class, readonly: false }, Ty::I32);
        let zero = self.constant(Ty::I32, 0);
        let quiet = self.fold_compare(crate::ir::Compare::Eq, breaker, zero);
        let bad = self.fold_unary(Unary::Not, quiet);
        self.guard(bad, ExitKind::Deopt);
    }

    /// Whether a condition is known.
    pub(super) fn truth(&self, id: Id) -> Option<bool> {
        match self.func.as_const(id) {
            Some(bits) => Some(bits & 1 != 0),
            None => self.known.get(&id).copied(),
        }
    }

    /// What follows from a condition that holds, or does not, from here on.
    pub(super) fn learn(&mut self, id: Id, truth: bool) {
        if self.func.as_const(id).is_some() || Rc::make_mut(&mut self.known).insert(id, truth).is_some() {
            return;
        }
        use crate::ir::{Binary, Compare};
        match *self.func.op(id) {
            Op::Unary(Unary::Not, inner) => self.learn(inner, !truth),
            Op::Binary(Binary::And, a, b) if truth => {
                self.learn(a, true);
                self.learn(b, true);
            }
            Op::Binary(Binary::Or, a, b) if !truth => {
                self.learn(a, false);
                self.learn(b, false);
            }
            Op::Compare(op @ (Compare::Eq | Compare::Ne), a, b) if (op == Compare::Eq) == truth => self.learn_equal(a, b),
            _ => {}
        }
    }

    fn learn_equal(&mut self, a: Id, b: Id) {
        let (value, constant) = match (self.func.as_const(a), self.func.as_const(b)) {
            (None, Some(_)) => (a, b),
            (Some(_), None) => (b, a),
            _ => return,
        };
        let (old, new) = (self.base(value), self.base(constant));
        Rc::make_mut(&mut self.same).insert(value, constant);
        self.memory.rename(old, new);
        self.learn_shape(value, constant);
    }

    /// The value itself, or the constant that it has been found to be.
    pub(super) fn resolve(&self, id: Id) -> Id {
        self.same.get(&id).copied().unwrap_or(id)
    }
}
