//! `--stats`: how often each instruction ran, what followed what, and how specialization went. Compiled with the feature `stats` alone;
//! without it handlers count nothing. Not here: what a family is (`runtime::generated::opcode`).

use runtime::generated::opcode as op;
use std::cell::UnsafeCell;
use std::fmt::Write;

struct Counts {
    executed: [u64; 256],
    /// A member's guard failed.
    missed: [u64; 256],
    /// By head: a member was found, none fits.
    specialized: [u64; 256],
    failed: [u64; 256],
    /// By member: how often a site became one.
    adopted: [u64; 256],
    pairs: Vec<u64>,
    last: u8,
}

thread_local! {
    static COUNTS: UnsafeCell<Counts> = const {
        UnsafeCell::new(Counts {
            executed: [0; 256],
            missed: [0; 256],
            specialized: [0; 256],
            failed: [0; 256],
            adopted: [0; 256],
            pairs: Vec::new(),
            last: 0,
        })
    };
}

#[inline]
fn with<T>(work: impl FnOnce(&mut Counts) -> T) -> T {
    // SAFETY: the counts are touched here alone, by their thread, and `work` calls nothing that comes back.
    COUNTS.with(|counts| unsafe { work(&mut *counts.get()) })
}

/// An instruction begins.
#[inline(never)]
pub extern "C" fn count(opcode: u8) {
    with(|counts| {
        if counts.pairs.is_empty() {
            counts.pairs = vec![0; 1 << 16];
        }
        counts.executed[opcode as usize] += 1;
        counts.pairs[(counts.last as usize) << 8 | opcode as usize] += 1;
        counts.last = opcode;
    });
}
/// The instruction that began last leaves for another one at its place.
#[inline(never)]
pub extern "C" fn miss() {
    with(|counts| counts.missed[counts.last as usize] += 1);
}
/// A site became one of a member of the family.
pub fn adopted(member: u8) {
    with(|counts| {
        counts.specialized[op::HEAD[member as usize] as usize] += 1;
        counts.adopted[member as usize] += 1;
    });
}
/// No member of the family fits at a site.
pub fn failed(head: u8) {
    with(|counts| counts.failed[head as usize] += 1);
}

impl Counts {
    /// Superinstructions count as what they consist of; a guard that failed in one, as that of its last member of a family.
    fn in_parts(&self) -> ([u64; 256], [u64; 256]) {
        let (mut executed, mut missed) = (self.executed, self.missed);
        for (fused, parts) in op::SUPERS {
            let member = parts.iter().rev().find(|part| op::HEAD[**part as usize] != **part);
            for part in *parts {
                executed[*part as usize] += self.executed[*fused as usize];
            }
            missed[*member.unwrap_or(&parts[0]) as usize] += self.missed[*fused as usize];
        }
        (executed, missed)
    }
}

/// By family: what its members and its head did.
pub fn families() -> String {
    with(|counts| families_of(counts))
}

fn families_of(counts: &Counts) -> String {
    let (all_executed, all_missed) = counts.in_parts();
    let mut text = String::from("family and members                       executed       hits     misses  sites\n");
    let plain = |one: &u8| op::FIRST[*one as usize] == *one;
    for head in (0..=255u8).filter(|head| op::FAMILIES.iter().any(|family| family.head == *head)) {
        let members = (0..=255u8).filter(plain).filter(|member| *member != head && op::HEAD[*member as usize] == head);
        let at = head as usize;
        let general = all_executed[at].saturating_sub(members.clone().map(|member| all_missed[member as usize]).sum());
        let _ = writeln!(
            text,
            "{:<38} {:>11}                        specialized {} failed {}",
            op::NAMES[at], general, counts.specialized[at], counts.failed[at]
        );
        for member in members.map(usize::from).filter(|member| all_executed[*member] + counts.adopted[*member] != 0) {
            let (executed, missed) = (all_executed[member], all_missed[member]);
            let hits = executed.saturating_sub(missed);
            let _ = writeln!(text, "  {:<36} {executed:>11} {hits:>11} {missed:>10} {:>6}", op::NAMES[member], counts.adopted[member]);
        }
    }
    text
}

/// The most frequent pairs of instructions, with their share of all.
pub fn pairs() -> String {
    with(|counts| pairs_of(counts))
}

fn pairs_of(counts: &Counts) -> String {
    let total: u64 = counts.executed.iter().sum();
    let mut found: Vec<(u64, usize)> = counts.pairs.iter().copied().zip(0..).filter(|pair| pair.0 != 0).collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    let mut text = format!("{total} instructions\n");
    for (count, pair) in found.into_iter().take(60) {
        let share = count as f64 * 100.0 / total.max(1) as f64;
        let _ = writeln!(text, "{count:>12} {share:5.2} %  {} {}", op::NAMES[pair >> 8], op::NAMES[pair & 255]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three rounds of a loop whose comparison is specialized, and fails once.
    fn counts() -> Counts {
        let mut counts = Counts {
            executed: [0; 256],
            missed: [0; 256],
            specialized: [0; 256],
            failed: [0; 256],
            adopted: [0; 256],
            pairs: vec![0; 1 << 16],
            last: 0,
        };
        counts.executed[op::COMPARE_OP as usize] = 2;
        counts.executed[op::COMPARE_OP_INT_LT as usize] = 1;
        counts.executed[op::COMPARE_INT_LT_JUMP_IF_FALSE as usize] = 3;
        counts.missed[op::COMPARE_INT_LT_JUMP_IF_FALSE as usize] = 1;
        counts.adopted[op::COMPARE_OP_INT_LT as usize] = 1;
        counts.specialized[op::COMPARE_OP as usize] = 1;
        counts.failed[op::FOR_ITER as usize] = 4;
        counts.pairs[(op::NOP as usize) << 8 | op::COMPARE_OP as usize] = 3;
        counts
    }

    #[test]
    fn superinstructions_count_for_their_parts() {
        let text = families_of(&counts());
        let line = |name: &str| {
            let found = text.lines().find(|line| line.split_whitespace().next() == Some(name));
            found.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
        };
        // One of the two general runs was the failed guard's.
        assert_eq!(line("COMPARE_OP").as_deref(), Some("1 specialized 1 failed 0"));
        assert_eq!(line("COMPARE_OP_INT_LT").as_deref(), Some("4 3 1 1"));
        assert_eq!(line("FOR_ITER").as_deref(), Some("0 specialized 0 failed 4"));
        // What never ran is not listed, nor is a superinstruction.
        assert_eq!(line("COMPARE_OP_STR"), None);
        assert_eq!(line("COMPARE_INT_LT_JUMP_IF_FALSE"), None);
    }

    #[test]
    fn pairs_come_with_their_share() {
        let text = pairs_of(&counts());
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines, ["6 instructions", "3 50.00 %  NOP COMPARE_OP"]);
    }
}
