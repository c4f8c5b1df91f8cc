//! The paths of a handler through machine code, from its start to the indirect jumps that go on with the next instruction. A call ends a
//! path: what calls is a slow path.

use iced_x86::{Decoder, DecoderOptions, FlowControl, Formatter, Instruction, IntelFormatter, Mnemonic, Register};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a handler's fast paths consist of.
pub struct Flow {
    pub start: u64,
    /// Addresses of the indirect jumps that are reached without a call.
    pub jumps: BTreeSet<u64>,
    /// Instructions on the way to them that touch the native stack, or move on a condition.
    pub stack_traffic: Vec<String>,
    pub conditional_moves: Vec<String>,
}

impl Flow {
    /// `text` is the code at `address`; the handler begins at `start`, and what is not within `bounds` is another's.
    pub fn new(text: &[u8], address: u64, start: u64, bounds: Range<u64>) -> Flow {
        let mut code: BTreeMap<u64, Instruction> = BTreeMap::new();
        let mut sources: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let mut jumps = BTreeSet::new();
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            if code.contains_key(&at) || !bounds.contains(&at) {
                continue;
            }
            let Some(bytes) = at.checked_sub(address).and_then(|offset| text.get(offset as usize..)) else { continue };
            let instruction = Decoder::with_ip(64, bytes, at, DecoderOptions::NONE).decode();
            code.insert(at, instruction);
            let next = match instruction.flow_control() {
                FlowControl::Next => vec![instruction.next_ip()],
                FlowControl::UnconditionalBranch => vec![instruction.near_branch_target()],
                FlowControl::ConditionalBranch => vec![instruction.next_ip(), instruction.near_branch_target()],
                FlowControl::IndirectBranch => {
                    jumps.insert(at);
                    Vec::new()
                }
                // Calls, returns, traps.
                _ => Vec::new(),
            };
            for to in next {
                sources.entry(to).or_default().push(at);
                open.push(to);
            }
        }
        // Back from the jumps: what leads to one.
        let mut fast = BTreeSet::new();
        let mut open: Vec<u64> = jumps.iter().copied().collect();
        while let Some(at) = open.pop() {
            if fast.insert(at) {
                open.extend(sources.get(&at).into_iter().flatten());
            }
        }
        let on_fast_paths = || code.iter().filter(|(at, _)| fast.contains(at)).map(|(_, instruction)| instruction);
        let texts = |wanted: fn(&Instruction) -> bool| on_fast_paths().filter(|one| wanted(one)).map(text_of).collect();
        Flow { start, stack_traffic: texts(touches_stack), conditional_moves: texts(moves_on_condition), jumps }
    }
}

fn touches_stack(instruction: &Instruction) -> bool {
    // The end of a handler of dispatch-tail that sets the stack pointer back to where it was.
    if instruction.mnemonic() == Mnemonic::Mov && instruction.op0_register() == Register::RSP {
        return false;
    }
    instruction.stack_pointer_increment() != 0
        || instruction.memory_base() == Register::RSP
        || instruction.memory_index() == Register::RSP
        || instruction.op0_register() == Register::RSP
}
fn moves_on_condition(instruction: &Instruction) -> bool {
    is_conditional_move(instruction.mnemonic())
}
fn text_of(instruction: &Instruction) -> String {
    let mut text = format!("{:x}: ", instruction.ip());
    let mut code = String::new();
    IntelFormatter::new().format(instruction, &mut code);
    text.push_str(&code);
    text
}
fn is_conditional_move(mnemonic: Mnemonic) -> bool {
    use Mnemonic::*;
    matches!(
        mnemonic,
        Cmova | Cmovae | Cmovb | Cmovbe | Cmove | Cmovg | Cmovge | Cmovl
            | Cmovle | Cmovne | Cmovno | Cmovnp | Cmovns | Cmovo | Cmovp | Cmovs
    )
}
