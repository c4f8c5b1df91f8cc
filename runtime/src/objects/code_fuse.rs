//! Superinstructions in decoded code: which of them stands where. Not here: what they do (`opcodes.def`).
//!
//! A superinstruction stands in the unit of its first part; the others stay where they are, so that jumps may arrive there. It is true
//! while the parts behind it are what its name says, so whoever writes an opcode into code does it by [`place`], which looks at the
//! instructions before as well.

use crate::generated::opcode::{FIRST, SUPER_NUMBER, SUPERS, SUPERS_OF, length};
use crate::objects::code::Decoded;
use core::cell::Cell;

/// Instructions before a changed one of whose superinstruction it may be a part.
const BEFORE: usize = 2;
const _: () = {
    let mut i = 0;
    while i < SUPERS.len() {
        assert!(SUPERS[i].1.len() <= BEFORE + 1);
        i += 1;
    }
};

/// Makes `opcode` what stands at this instruction.
pub fn place(decoded: &Decoded, offset: u32, opcode: u8) {
    let Some(unit) = decoded.units.get(offset as usize) else { return };
    unit.set(unit.get() & !255 | opcode as u32);
    let index = decoded.offsets.partition_point(|pair| pair.0 < offset);
    let around = decoded.offsets.get(index.saturating_sub(BEFORE)..=index).unwrap_or_default();
    fuse(&decoded.units, around);
}

/// Last one first, since a superinstruction gives way to one behind it that comes before it in the definition.
pub fn fuse(units: &[Cell<u32>], instructions: &[(u32, u32)]) {
    for &(at, _) in instructions.iter().rev() {
        let Some(unit) = units.get(at as usize) else { continue };
        let own = FIRST[unit.get() as u8 as usize];
        let candidates = SUPERS_OF[own as usize];
        if !candidates.is_empty() {
            let found = candidates.iter().find(|number| stands(units, at as usize, **number));
            let opcode = found.map_or(own, |number| SUPERS[*number as usize].0);
            unit.set(unit.get() & !255 | opcode as u32);
        }
    }
}

fn stands(units: &[Cell<u32>], at: usize, number: u8) -> bool {
    let parts = SUPERS[number as usize].1;
    let mut place = at + length(parts[0]);
    parts[1..].iter().all(|part| {
        let Some(unit) = units.get(place) else { return false };
        let there = unit.get() as u8 as usize;
        place += length(*part);
        FIRST[there] == *part && SUPER_NUMBER[there] > number
    })
}
