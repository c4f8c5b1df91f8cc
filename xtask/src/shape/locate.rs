//! Where the handlers lie in an ELF binary: in tail mode each is a function with a symbol; the switch is one function, whose arms are
//! found by the table of its jump.

use iced_x86::{Decoder, DecoderOptions, FlowControl, Mnemonic, Register};
use object::{Object, ObjectSection, ObjectSymbol};
use std::collections::BTreeMap;
use std::ops::Range;

pub struct Image<'a> {
    text: &'a [u8],
    text_address: u64,
    rodata: &'a [u8],
    rodata_address: u64,
    /// Functions by name, as far as the dispatch is concerned: handlers, and `run` of the switch.
    functions: BTreeMap<String, Range<u64>>,
}

impl<'a> Image<'a> {
    pub fn new(bytes: &'a [u8]) -> Result<Image<'a>, String> {
        let file = object::File::parse(bytes).map_err(|error| format!("not an object file: {error}"))?;
        let section = |name: &str| {
            let section = file.section_by_name(name).ok_or_else(|| format!("there is no section {name}"))?;
            let data = section.data().map_err(|error| format!("{name}: {error}"))?;
            Ok::<_, String>((data, section.address()))
        };
        let ((text, text_address), (rodata, rodata_address)) = (section(".text")?, section(".rodata")?);
        let mut functions = BTreeMap::new();
        for symbol in file.symbols() {
            if let Some(name) = symbol.name().ok().and_then(function_name) {
                functions.insert(name, symbol.address()..symbol.address() + symbol.size());
            }
        }
        Ok(Image { text, text_address, rodata, rodata_address, functions })
    }
    pub fn text(&self) -> &'a [u8] {
        self.text
    }
    pub fn text_address(&self) -> u64 {
        self.text_address
    }
    /// Where the handler of an instruction begins, and the function that it is in.
    pub fn handler(&self, mode: &str, name: &str) -> Result<Option<(u64, Range<u64>)>, String> {
        if mode == "tail" {
            return Ok(self.functions.get(name).map(|range| (range.start, range.clone())));
        }
        let run = self.functions.get("run").ok_or("there is no function `run`")?;
        let arms = self.arms(run, if mode == "switch" { 0 } else { 1 })?;
        let number = opcode(name).ok_or_else(|| format!("no opcode is called {name}"))?;
        Ok(arms.get(&number).map(|start| (*start, run.clone())))
    }
    /// Indirect jumps in all functions of the dispatch.
    pub fn indirect_jumps(&self, mode: &str) -> Result<usize, String> {
        let functions = self.functions.iter().filter(|(name, _)| (mode == "tail") == (name.as_str() != "run"));
        let is_jump = |one: &iced_x86::Instruction| one.flow_control() == FlowControl::IndirectBranch;
        Ok(functions.map(|(_, range)| self.code(range).filter(is_jump).count()).sum())
    }
    fn code(&self, range: &Range<u64>) -> impl Iterator<Item = iced_x86::Instruction> + use<'a> {
        let at = |address: u64| (address.saturating_sub(self.text_address) as usize).min(self.text.len());
        let bytes = &self.text[at(range.start)..at(range.end)];
        Decoder::with_ip(64, bytes, range.start, DecoderOptions::NONE).into_iter().collect::<Vec<_>>().into_iter()
    }
    /// By opcode, from the lowest that has an arm on: the start of its arm. The table of the switch is the longest of signed distances that
    /// lead into the function.
    fn arms(&self, run: &Range<u64>, lowest: u8) -> Result<BTreeMap<u8, u64>, String> {
        let tables = self.code(run).filter(|one| one.mnemonic() == Mnemonic::Lea && one.memory_base() == Register::RIP);
        let table = tables
            .map(|one| self.table(one.ip_rel_memory_address(), run))
            .max_by_key(Vec::len)
            .filter(|table| table.len() > 100)
            .ok_or("there is no table of the switch")?;
        Ok(table.iter().zip(lowest..=LAST).map(|(start, opcode)| (opcode, *start)).collect())
    }
    fn table(&self, address: u64, run: &Range<u64>) -> Vec<u64> {
        let offset = address.checked_sub(self.rodata_address);
        let Some(bytes) = offset.and_then(|offset| self.rodata.get(offset as usize..)) else { return Vec::new() };
        let entries = bytes.chunks_exact(4).take(LAST as usize + 1);
        let targets = entries.map(|entry| address.wrapping_add_signed(i32::from_le_bytes(entry.try_into().expect("four bytes")) as i64));
        targets.take_while(|target| run.contains(target)).collect()
    }
}

/// The highest number that code can have.
const LAST: u8 = 253;

/// `LOAD_FAST` for the handler's function, `run` for the switch: their mangled names (of either scheme) hold module and name with lengths.
fn function_name(symbol: &str) -> Option<String> {
    if let Some(rest) = symbol.split("13dispatch_tail").nth(1) {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length: usize = rest.get(..digits)?.parse().ok()?;
        let name = rest.get(digits..digits + length)?;
        let is_handler = name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        return (is_handler && name != "TABLE").then(|| name.to_string());
    }
    symbol.contains("15dispatch_switch3run").then(|| "run".to_string())
}

/// The number of an opcode, as the generated table says.
fn opcode(name: &str) -> Option<u8> {
    let path = crate::root().join("runtime/src/generated/opcode.rs");
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("pub const {name}: u8 = ")))?;
    line.strip_suffix(';')?.parse().ok()
}
