//! How likely it is that execution stays on a trace: a product over its guards, in 1/65536.

use jit::trace::{CERTAIN, Entry, Flow};
use runtime::generated::opcode::{self, flag};

/// Recording goes on down to this.
pub const LEAST_RECORDED: u32 = CERTAIN / 10;
/// A trace that ended for want of confidence keeps only what is at least as likely as this.
pub const LEAST_KEPT: u32 = CERTAIN / 4;

/// The confidence behind an instruction. `history` is that of its branch before this run.
pub fn behind(before: u32, entry: &Entry, history: Option<u32>) -> u32 {
    let (part, whole) = likelihood(entry, history);
    (before as u64 * part as u64 / whole as u64) as u32
}

fn likelihood(entry: &Entry, history: Option<u32>) -> (u32, u32) {
    let jumped = entry.flow == Flow::Jump;
    if let Some(history) = history {
        return of_branch(history, jumped);
    }
    if opcode::has(entry.opcode, flag::UNPREDICTABLE_JUMP) {
        // The exhausted iterator of a loop is the exception.
        return if jumped { (1, 2) } else { (31, 32) };
    }
    match opcode::has(entry.opcode, flag::MAY_EXIT | flag::MAY_DEOPT) {
        _ if entry.missed => (3, 4),
        true => (255, 256),
        false => (1, 1),
    }
}

/// A branch went this way in so many of the outcomes that are known; four outcomes, nine tenths of them on this side, are assumed besides.
fn of_branch(history: u32, jumped: bool) -> (u32, u32) {
    let known = 31 - history.leading_zeros().min(31);
    let outcomes = history & !(1 << known);
    let agree = if jumped { outcomes.count_ones() } else { known - outcomes.count_ones() };
    (10 * agree + 36, 10 * known + 40)
}

/// The history with one more outcome: behind a leading one, the newest in bit 0.
pub fn with_outcome(history: u32, jumped: bool) -> u32 {
    let shifted = history << 1 | jumped as u32;
    // Thirty outcomes are enough: the leading one stays where it is.
    if history >> 30 != 0 { shifted & 0x3FFF_FFFF | 0x4000_0000 } else { shifted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_keep_the_last_thirty_outcomes() {
        let mut history = 1;
        for _ in 0..100 {
            history = with_outcome(history, true);
        }
        assert_eq!(history, 0x7FFF_FFFF);
        assert_eq!(with_outcome(history, false), 0x7FFF_FFFE);
        assert_eq!(of_branch(history, true), (336, 340));
        assert_eq!(of_branch(history, false), (36, 340));
        assert_eq!(of_branch(1, true), (36, 40));
    }
}
