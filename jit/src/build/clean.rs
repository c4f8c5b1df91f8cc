//! What is left to do with a finished function: constants to the head of the entry, and what nobody uses goes.

use super::Builder;
use crate::ir::{Block, Func, Id, Op};

impl Builder<'_> {
    pub(super) fn finish(&mut self) {
        let entry = self.func.entry;
        let head = std::mem::take(&mut self.head);
        self.func.block_mut(entry).splice(0..0, head);
        remove_dead(&mut self.func);
    }
}

/// Takes out of the blocks what has no effect and no use.
pub fn remove_dead(func: &mut Func) {
    let mut live = vec![false; func.defs.len()];
    let mut work: Vec<Id> = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    func.visit(|block, id| {
        if blocks.last() != Some(&block) && !blocks.contains(&block) {
            blocks.push(block);
        }
        if !func.op(id).is_removable() {
            work.push(id);
        }
    });
    while let Some(id) = work.pop() {
        if std::mem::replace(&mut live[id.0 as usize], true) {
            continue;
        }
        let op = func.op(id);
        op.operands(|operand| work.push(operand));
        if let Some((snapshot, _)) = op.snapshot() {
            let frames = &func.snapshot(snapshot).frames;
            work.extend(frames.iter().flat_map(|frame| [frame.anchor, frame.callable]).flatten());
            work.extend(frames.iter().flat_map(|frame| frame.slots.iter().map(|slot| slot.1)));
        }
        if let Op::If { results, .. } = op {
            work.extend(results.iter().copied());
        }
    }
    for block in blocks {
        func.block_mut(block).retain(|id| live[id.0 as usize]);
    }
}
