//! Cranelift's IR and machine code for people (`--dump=clif,asm`, trace reports), each line with what it came of. Not here: our own IR
//! (`show`).

use super::places;
use crate::lines::{Line, Of};
use crate::show::Symbols;
use core::ops::Range;
use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value};
use cranelift_codegen::write::{FuncWriter, PlainWriter, decorate_function};
use cranelift_codegen::{Final, MachBufferFinalized};
use iced_x86::{Decoder, DecoderOptions, FlowControl, Formatter, GasFormatter, Instruction, OpKind, SymbolResolver, SymbolResult};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};

// -- Cranelift's IR ---------------------------------------------------------------------------------------------------------------------

/// The function as it was made. `constants` says what addresses are.
pub fn clif(func: &Function, constants: &HashMap<u64, String>) -> Vec<Line> {
    let mut writer = Clif { constants, marks: Vec::new() };
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = decorate_function(&mut writer, &mut text, func);
    let mut marks = writer.marks.into_iter();
    let line = |line: &str| match line.strip_prefix(MARK) {
        Some(line) => Line::new(line, marks.next().unwrap_or_default()),
        None => Line::new(line, Of::Nothing),
    };
    text.lines().map(line).collect()
}

/// Before the lines of instructions, which are counted by it.
const MARK: char = '\u{1}';

struct Clif<'a> {
    constants: &'a HashMap<u64, String>,
    marks: Vec<Of>,
}

impl FuncWriter for Clif<'_> {
    fn write_block_header(&mut self, w: &mut dyn Write, func: &Function, block: Block, _: usize) -> fmt::Result {
        PlainWriter.write_block_header(w, func, block, 4)
    }
    fn write_instruction(
        &mut self,
        w: &mut dyn Write,
        func: &Function,
        aliases: &SecondaryMap<Value, Vec<Value>>,
        inst: Inst,
        _: usize,
    ) -> fmt::Result {
        let mut text = String::new();
        PlainWriter.write_instruction(&mut text, func, aliases, inst, 4)?;
        let text = text.trim();
        // What it came of comes first, as a number.
        let text = text.split_once(' ').filter(|(first, _)| first.starts_with('@')).map_or(text, |(_, rest)| rest);
        self.marks.push(places::of(func.srcloc(inst)));
        let name = match func.dfg.insts[inst] {
            InstructionData::UnaryImm { opcode: Opcode::Iconst, imm } => self.constants.get(&(imm.bits() as u64)),
            _ => None,
        };
        match name {
            Some(name) => writeln!(w, "{MARK}    {}  ; {name}", text.trim_start()),
            None => writeln!(w, "{MARK}    {}", text.trim_start()),
        }
    }
}

// -- machine code -----------------------------------------------------------------------------------------------------------------------

/// Where the code is thought to lie: no constant looks like an address in it.
const BASE: u64 = 0xC0DE_0000_0000;

/// The bytes as instructions, exits and targets of jumps with labels, addresses by their names, and what is data as such.
pub fn assembly(code: &MachBufferFinalized<Final>, symbols: &Symbols, constants: HashMap<u64, String>) -> Vec<Line> {
    let (bytes, stretches) = (code.data(), places::stretches(code));
    let (instructions, end) = decode(bytes);
    let of = |offset: usize| {
        let at = stretches.partition_point(|(range, _)| range.start <= offset);
        let found = at.checked_sub(1).and_then(|at| stretches.get(at)).filter(|(range, _)| range.contains(&offset));
        found.map_or(Of::Nothing, |(_, of)| *of)
    };
    let labels = labels(&instructions, &stretches, end);
    let names: HashMap<u64, String> = constants.into_iter().map(|(bits, name)| (bits, name.replace([' ', ','], "_"))).collect();
    let addresses = labels.iter().map(|(offset, label)| (BASE + *offset as u64, label.clone()));
    let resolver = Names(names.into_iter().chain(addresses).collect());
    let mut formatter = GasFormatter::with_options(Some(Box::new(resolver)), None);
    formatter.options_mut().set_space_after_operand_separator(true);
    formatter.options_mut().set_uppercase_hex(false);
    formatter.options_mut().set_gas_show_mnemonic_size_suffix(true);
    let mut lines = Vec::with_capacity(instructions.len() + labels.len());
    for instruction in &instructions {
        let offset = (instruction.ip() - BASE) as usize;
        if let Some(label) = labels.get(&offset) {
            let name = match of(offset) {
                Of::Exit(exit) if label.starts_with("exit") => symbols.exits.get(exit as usize),
                _ => None,
            };
            let name = name.map_or(String::new(), |name| format!("  # {name}"));
            lines.push(Line::new(format!("{label}:{name}"), of(offset)));
        }
        let mut text = format!("  {offset:4x}  ");
        formatter.format(instruction, &mut text);
        lines.push(Line::new(text, of(offset)));
    }
    for (at, word) in bytes.get(end..).unwrap_or(&[]).chunks(8).enumerate() {
        let offset = end + at * 8;
        if let Some(label) = labels.get(&offset) {
            lines.push(Line::new(format!("{label}:"), Of::Nothing));
        }
        let number = word.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
        lines.push(Line::new(format!("  {offset:4x}  .quad {number:#x}"), Of::Nothing));
    }
    lines
}

/// The instructions, and where they end: behind them lie constants, which instructions name, after some zeros.
fn decode(bytes: &[u8]) -> (Vec<Instruction>, usize) {
    let mut decoder = Decoder::with_ip(64, bytes, BASE, DecoderOptions::NONE);
    let mut instructions = Vec::new();
    let mut end = bytes.len();
    while decoder.can_decode() && decoder.position() < end {
        let at = decoder.position();
        let last = instructions.last().map(Instruction::flow_control);
        let leaves = matches!(last, Some(FlowControl::IndirectBranch | FlowControl::UnconditionalBranch | FlowControl::Return));
        if leaves && bytes[at..end].iter().all(|byte| *byte == 0) {
            break;
        }
        let instruction = decoder.decode();
        if instruction.is_ip_rel_memory_operand() {
            let target = instruction.ip_rel_memory_address().wrapping_sub(BASE) as usize;
            end = end.min(target.max(at));
        }
        instructions.push(instruction);
    }
    (instructions, end)
}

/// By offset: where exits begin, and what jumps and loads of constants name.
fn labels(instructions: &[Instruction], stretches: &[(Range<usize>, Of)], end: usize) -> BTreeMap<usize, String> {
    let mut labels = BTreeMap::new();
    let is_branch = |it: &&Instruction| matches!(it.op0_kind(), OpKind::NearBranch64) && it.flow_control() != FlowControl::Call;
    let targets = instructions.iter().filter(is_branch).map(|it| it.near_branch64());
    let data = instructions.iter().filter(|it| it.is_ip_rel_memory_operand()).map(|it| it.ip_rel_memory_address());
    for target in targets.chain(data) {
        labels.insert(target.wrapping_sub(BASE) as usize, String::new());
    }
    let mut seen = Vec::new();
    for (range, of) in stretches {
        if let Of::Exit(number) = of
            && !seen.contains(number)
        {
            seen.push(*number);
            labels.insert(range.start, format!("exit_{number}"));
        }
    }
    let (mut jumps, mut words) = (0, 0);
    for (offset, label) in labels.iter_mut().filter(|(_, label)| label.is_empty()) {
        let (letter, count) = if *offset < end { ("L", &mut jumps) } else { ("C", &mut words) };
        *label = format!("{letter}{count}");
        *count += 1;
    }
    labels
}

struct Names(HashMap<u64, String>);

impl SymbolResolver for Names {
    fn symbol(&mut self, _: &Instruction, _: u32, _: Option<u32>, address: u64, _: u32) -> Option<SymbolResult<'_>> {
        self.0.get(&address).map(|name| SymbolResult::with_str(address, name))
    }
}
