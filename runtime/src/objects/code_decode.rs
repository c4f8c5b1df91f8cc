//! From CPython 3.14's bytecode to our units: opargs folded, caches as wide as ours, jumps and handlers in our units.

use crate::generated::opcode;
use crate::image::ImageCode;
use crate::objects::code::{Decoded, Handler};
use core::cell::Cell;
use std::sync::OnceLock;

const EXTENDED_ARG: u8 = 69;

/// CPython 3.14's numbers (`Lib/_opcode_metadata.py`), by name.
const CPYTHON: &[(u8, &str)] = &[
    (1, "BINARY_SLICE"), (2, "BUILD_TEMPLATE"), (4, "CALL_FUNCTION_EX"), (5, "CHECK_EG_MATCH"),
    (6, "CHECK_EXC_MATCH"), (7, "CLEANUP_THROW"), (8, "DELETE_SUBSCR"), (9, "END_FOR"), (10, "END_SEND"),
    (11, "EXIT_INIT_CHECK"), (12, "FORMAT_SIMPLE"), (13, "FORMAT_WITH_SPEC"), (14, "GET_AITER"), (15, "GET_ANEXT"),
    (16, "GET_ITER"), (18, "GET_LEN"), (19, "GET_YIELD_FROM_ITER"), (21, "LOAD_BUILD_CLASS"), (22, "LOAD_LOCALS"),
    (23, "MAKE_FUNCTION"), (24, "MATCH_KEYS"), (25, "MATCH_MAPPING"), (26, "MATCH_SEQUENCE"), (27, "NOP"),
    (28, "NOT_TAKEN"), (29, "POP_EXCEPT"), (30, "POP_ITER"), (31, "POP_TOP"), (32, "PUSH_EXC_INFO"),
    (33, "PUSH_NULL"), (34, "RETURN_GENERATOR"), (35, "RETURN_VALUE"), (36, "SETUP_ANNOTATIONS"), (37, "STORE_SLICE"),
    (38, "STORE_SUBSCR"), (39, "TO_BOOL"), (40, "UNARY_INVERT"), (41, "UNARY_NEGATIVE"), (42, "UNARY_NOT"),
    (43, "WITH_EXCEPT_START"), (44, "BINARY_OP"), (45, "BUILD_INTERPOLATION"), (46, "BUILD_LIST"), (47, "BUILD_MAP"),
    (48, "BUILD_SET"), (49, "BUILD_SLICE"), (50, "BUILD_STRING"), (51, "BUILD_TUPLE"), (52, "CALL"),
    (53, "CALL_INTRINSIC_1"), (54, "CALL_INTRINSIC_2"), (55, "CALL_KW"), (56, "COMPARE_OP"), (57, "CONTAINS_OP"),
    (58, "CONVERT_VALUE"), (59, "COPY"), (60, "COPY_FREE_VARS"), (61, "DELETE_ATTR"), (62, "DELETE_DEREF"),
    (63, "DELETE_FAST"), (64, "DELETE_GLOBAL"), (65, "DELETE_NAME"), (66, "DICT_MERGE"), (67, "DICT_UPDATE"),
    (68, "END_ASYNC_FOR"), (70, "FOR_ITER"), (71, "GET_AWAITABLE"), (72, "IMPORT_FROM"), (73, "IMPORT_NAME"),
    (74, "IS_OP"), (75, "JUMP_BACKWARD"), (76, "JUMP_BACKWARD_NO_INTERRUPT"), (77, "JUMP_FORWARD"),
    (78, "LIST_APPEND"), (79, "LIST_EXTEND"), (80, "LOAD_ATTR"), (81, "LOAD_COMMON_CONSTANT"), (82, "LOAD_CONST"),
    (83, "LOAD_DEREF"), (84, "LOAD_FAST"), (85, "LOAD_FAST_AND_CLEAR"), (86, "LOAD_FAST_BORROW"),
    (87, "LOAD_FAST_BORROW_LOAD_FAST_BORROW"), (88, "LOAD_FAST_CHECK"), (89, "LOAD_FAST_LOAD_FAST"),
    (90, "LOAD_FROM_DICT_OR_DEREF"), (91, "LOAD_FROM_DICT_OR_GLOBALS"), (92, "LOAD_GLOBAL"), (93, "LOAD_NAME"),
    (94, "LOAD_SMALL_INT"), (95, "LOAD_SPECIAL"), (96, "LOAD_SUPER_ATTR"), (97, "MAKE_CELL"), (98, "MAP_ADD"),
    (99, "MATCH_CLASS"), (100, "POP_JUMP_IF_FALSE"), (101, "POP_JUMP_IF_NONE"), (102, "POP_JUMP_IF_NOT_NONE"),
    (103, "POP_JUMP_IF_TRUE"), (104, "RAISE_VARARGS"), (105, "RERAISE"), (106, "SEND"), (107, "SET_ADD"),
    (108, "SET_FUNCTION_ATTRIBUTE"), (109, "SET_UPDATE"), (110, "STORE_ATTR"), (111, "STORE_DEREF"),
    (112, "STORE_FAST"), (113, "STORE_FAST_LOAD_FAST"), (114, "STORE_FAST_STORE_FAST"), (115, "STORE_GLOBAL"),
    (116, "STORE_NAME"), (117, "SWAP"), (118, "UNPACK_EX"), (119, "UNPACK_SEQUENCE"), (120, "YIELD_VALUE"),
    (128, "RESUME"),
];

/// Caches in CPython's units.
const CPYTHON_CACHES: &[(&str, u8)] = &[
    ("LOAD_GLOBAL", 4), ("BINARY_OP", 5), ("UNPACK_SEQUENCE", 1), ("COMPARE_OP", 1), ("CONTAINS_OP", 1), ("FOR_ITER", 1),
    ("LOAD_SUPER_ATTR", 1), ("LOAD_ATTR", 9), ("STORE_ATTR", 4), ("CALL", 3), ("CALL_KW", 3), ("STORE_SUBSCR", 1), ("SEND", 1),
    ("JUMP_BACKWARD", 1), ("TO_BOOL", 3), ("POP_JUMP_IF_TRUE", 1), ("POP_JUMP_IF_FALSE", 1), ("POP_JUMP_IF_NONE", 1),
    ("POP_JUMP_IF_NOT_NONE", 1),
];

const FORWARD: &[&str] = &[
    "FOR_ITER", "SEND", "JUMP_FORWARD", "POP_JUMP_IF_TRUE", "POP_JUMP_IF_FALSE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE",
];
const BACKWARD: &[&str] = &["JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"];

/// What one of CPython's opcodes is here.
#[derive(Clone, Copy, Default)]
struct Translation {
    /// 0: the compiler does not emit it.
    opcode: u8,
    caches: u8,
    /// The unit of its counter, from the instruction's own, and its first content; 0: it has none.
    counter: u8,
    count: u32,
    /// The unit of the history of its outcomes; 0: it has none.
    history: u8,
    jump: Jump,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Jump {
    #[default]
    None,
    Forward,
    Backward,
}

fn translations() -> &'static [Translation; 256] {
    static TABLE: OnceLock<[Translation; 256]> = OnceLock::new();
    TABLE.get_or_init(plain_translations)
}

/// As the engine wants it: its settings are made before any code is decoded.
#[inline]
fn counted(translation: Translation) -> Translation {
    if !opcode::has(translation.opcode, opcode::flag::TIERS_UP) {
        return translation;
    }
    let engine = &crate::vm::vm().engine;
    let is_loop = opcode::has(translation.opcode, opcode::flag::JUMPS);
    match if is_loop { engine.loop_counter.get() } else { engine.entry_counter.get() } {
        0 => Translation { opcode: opcode::WITHOUT_COUNT[translation.opcode as usize], counter: 0, ..translation },
        count => Translation { count, ..translation },
    }
}

fn plain_translations() -> [Translation; 256] {
    let mut table = [Translation::default(); 256];
    for &(number, name) in CPYTHON {
        let jump = if FORWARD.contains(&name) {
            Jump::Forward
        } else if BACKWARD.contains(&name) {
            Jump::Backward
        } else {
            Jump::None
        };
        let own = opcode::opcode_by_name(name).unwrap_or(0);
        table[number as usize] = Translation {
            opcode: own,
            counter: opcode::COUNTER[own as usize],
            count: crate::tuning::COUNTER_WARMUP,
            history: opcode::HISTORY[own as usize],
            caches: CPYTHON_CACHES.iter().find(|(cached, _)| *cached == name).map_or(0, |(_, caches)| *caches),
            jump,
        };
    }
    table
}

/// CPython's units of one of our instructions, its caches included.
pub fn cpython_length(own: u8) -> u32 {
    let name = opcode::NAMES[own as usize];
    1 + CPYTHON_CACHES.iter().find(|(cached, _)| *cached == name).map_or(0, |(_, caches)| *caches as u32)
}

/// CPython's name of one of its opcodes.
pub fn cpython_name(number: u8) -> Option<&'static str> {
    CPYTHON.iter().find(|(n, _)| *n == number).map(|(_, name)| *name)
}

struct Instruction {
    translation: Translation,
    oparg: u32,
    /// CPython's unit where it starts, its EXTENDED_ARGs included, and where the next one starts.
    start: u32,
    end: u32,
    /// CPython's unit of the instruction itself.
    at: u32,
}

/// None: the bytecode is not what CPython's compiler emits.
pub fn decode(record: &ImageCode<'_>) -> Option<Decoded> {
    let instructions = scan(record.code)?;
    // Ours, for each of CPython's units; a unit inside an instruction belongs to it.
    let mut ours = vec![0u32; record.code.len() / 2 + 1];
    let mut offset = 0;
    let mut offsets = Vec::with_capacity(instructions.len());
    for instruction in &instructions {
        ours[instruction.start as usize..instruction.end as usize].fill(offset);
        offsets.push((offset, instruction.at));
        offset += opcode::length(instruction.translation.opcode) as u32;
    }
    *ours.last_mut()? = offset;
    let units = vec![Cell::new(0u32); offset as usize];
    for (instruction, &(at, _)) in instructions.iter().zip(&offsets) {
        let op = instruction.translation.opcode;
        let length = opcode::length(op) as u32;
        let oparg = match instruction.translation.jump {
            Jump::None => instruction.oparg,
            Jump::Forward => {
                let target = *ours.get((instruction.end.checked_add(instruction.oparg)?) as usize)?;
                target.checked_sub(at + length)?
            }
            Jump::Backward => {
                let target = *ours.get((instruction.end.checked_sub(instruction.oparg)?) as usize)?;
                (at + length).checked_sub(target)?
            }
        };
        if oparg >= 1 << 24 {
            return None;
        }
        units[at as usize].set(op as u32 | oparg << 8);
        let translation = &instruction.translation;
        if translation.counter != 0 {
            units[at as usize + translation.counter as usize].set(translation.count);
        }
        if translation.history != 0 {
            units[at as usize + translation.history as usize].set(crate::tuning::NO_HISTORY);
        }
    }
    super::code_fuse::fuse(&units, &offsets);
    let handlers = handlers(record.exceptiontable, &ours)?;
    Some(Decoded { units: units.into_boxed_slice(), offsets, handlers })
}

fn scan(code: &[u8]) -> Option<Vec<Instruction>> {
    let table = translations();
    let mut instructions = Vec::with_capacity(code.len() / 4);
    let (mut at, mut oparg, mut start) = (0usize, 0u32, 0usize);
    while let Some(&[op, arg]) = code.get(2 * at..2 * at + 2) {
        oparg = oparg.checked_mul(256)? | arg as u32;
        if op == EXTENDED_ARG {
            at += 1;
            continue;
        }
        let translation = counted(table[op as usize]);
        if translation.opcode == 0 {
            return None;
        }
        let end = at + 1 + translation.caches as usize;
        if end * 2 > code.len() {
            return None;
        }
        instructions.push(Instruction { translation, oparg, start: start as u32, end: end as u32, at: at as u32 });
        (at, start, oparg) = (end, end, 0);
    }
    Some(instructions)
}

/// CPython's exception table: varints of six bits, big end first; bit 7 marks an entry's start.
fn handlers(table: &[u8], ours: &[u32]) -> Option<Vec<Handler>> {
    let mut at = 0;
    let mut handlers = Vec::new();
    while at < table.len() {
        let mut next = || {
            let mut value = 0u32;
            loop {
                let byte = *table.get(at)?;
                at += 1;
                value = value.checked_mul(64)? | (byte & 63) as u32;
                if byte & 64 == 0 {
                    return Some(value);
                }
            }
        };
        let (start, size, target, depth_lasti) = (next()?, next()?, next()?, next()?);
        let map = |unit: u32| ours.get(unit as usize).copied();
        handlers.push(Handler {
            start: map(start)?,
            end: map(start.checked_add(size)?)?,
            target: map(target)?,
            depth: depth_lasti >> 1,
            push_lasti: depth_lasti & 1 != 0,
        });
    }
    Some(handlers)
}
