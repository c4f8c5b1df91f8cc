//! The image: a compiled program as bytes, made to be decoded piece by piece.
//!
//! Written here, read by `runtime::image`. A module of the standard library is stored so, and so is
//! the code in `__pycache__`. Nothing is resolved when an image is opened: a code object is decoded
//! when it is first needed, the nested ones are stepped over by their length.
//!
//! Fixed-width numbers are little endian; `varint` is LEB128, `zigzag` a varint of a signed one.
//!
//! ```text
//!  0  magic "SWIM"                           4
//!  4  version                                u16
//!  6  zero                                   u16
//!  8  checksum of all that follows           u64   see `checksum`
//! 16  where the outermost record begins      u32
//! 20  number of strings                      u32
//! 24  start of each string and end of the    u32 each; bit 31: not ASCII
//!     last, counted from the first string
//!     the strings, WTF-8, without gaps
//!     the records
//!
//! record     varint length of what follows
//!            varint flags argcount posonlyargcount kwonlyargcount stacksize firstlineno
//!            varint name qualname filename            (string numbers)
//!            varint slots, names, constants           (how many)
//!            varint bytes of: string numbers, code, line table, exception table
//!            kinds of the slots, a byte each
//!            varint string numbers: of the slots, then of the names
//!            code, line table, exception table        (CPython's encodings)
//!            constants, to the end of the record
//!
//! constant   tag byte, then by tag
//!            0 None  1 False  2 True  3 Ellipsis
//!            4 int       zigzag
//!            5 big int   varint length, two's complement
//!            6 float     8 bytes       7 complex  16 bytes
//!            8 str       varint string number
//!            9 bytes     varint length, bytes
//!           10 tuple    11 frozenset  12 slice
//!                        varint length of what follows, varint count, constants
//!           13 code      record
//! ```

use std::collections::HashMap;

use crate::tree::{CodeTree, Constant};

pub const MAGIC: [u8; 4] = *b"SWIM";
/// To be raised with every change of this format or of the bytecode that the compiler emits.
pub const VERSION: u16 = 1;

const NOT_ASCII: u32 = 1 << 31;

/// The image of a program.
pub fn write(tree: &CodeTree) -> Vec<u8> {
    let mut writer = Writer::default();
    let mut records = Vec::new();
    writer.record(tree, &mut records);

    let table_entries = writer.strings.len() + 1;
    let text_bytes: usize = writer.strings.iter().map(Vec::len).sum();
    let root = 24 + 4 * table_entries + text_bytes;
    let mut image = Vec::with_capacity(root + records.len());
    image.extend_from_slice(&MAGIC);
    image.extend_from_slice(&VERSION.to_le_bytes());
    image.extend_from_slice(&[0; 10]);
    image.extend_from_slice(&fixed(root).to_le_bytes());
    image.extend_from_slice(&fixed(writer.strings.len()).to_le_bytes());
    let mut start = 0;
    for string in &writer.strings {
        let flag = if string.is_ascii() { 0 } else { NOT_ASCII };
        image.extend_from_slice(&(fixed(start) | flag).to_le_bytes());
        start += string.len();
    }
    image.extend_from_slice(&fixed(start).to_le_bytes());
    for string in &writer.strings {
        image.extend_from_slice(string);
    }
    image.extend_from_slice(&records);
    let sum = checksum(&image[16..]);
    image[8..16].copy_from_slice(&sum.to_le_bytes());
    image
}

/// Sizes are below 2 GiB: `compile` refuses sources that could make larger images.
fn fixed(size: usize) -> u32 {
    u32::try_from(size)
        .ok()
        .filter(|size| size & NOT_ASCII == 0)
        .expect("an image is smaller than 2 GiB")
}

/// Words of eight bytes, the last one filled up with zeroes, after the length.
pub fn checksum(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        sum ^= sum >> 32;
    }
    sum
}

#[derive(Default)]
struct Writer {
    strings: Vec<Vec<u8>>,
    numbers: HashMap<Vec<u8>, u64>,
}

impl Writer {
    /// The number of a string; equal strings are stored once.
    fn string(&mut self, text: &[u8]) -> u64 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.strings.len() as u64;
        self.strings.push(text.to_vec());
        self.numbers.insert(text.to_vec(), number);
        number
    }

    fn record(&mut self, tree: &CodeTree, out: &mut Vec<u8>) {
        let mut numbers = Vec::new();
        for name in tree.localsplus_names.iter().chain(&tree.names) {
            varint(self.string(name.as_bytes()), &mut numbers);
        }
        let mut constants = Vec::new();
        for constant in &tree.constants {
            self.constant(constant, &mut constants);
        }
        let mut body = Vec::new();
        for number in [
            tree.flags,
            tree.argcount,
            tree.posonlyargcount,
            tree.kwonlyargcount,
            tree.stacksize,
            tree.firstlineno,
        ] {
            varint(u64::from(number), &mut body);
        }
        for string in [&tree.name, &tree.qualname, &tree.filename] {
            varint(self.string(string.as_bytes()), &mut body);
        }
        for size in [
            tree.localsplus_kinds.len(),
            tree.names.len(),
            tree.constants.len(),
            numbers.len(),
            tree.code.len(),
            tree.linetable.len(),
            tree.exceptiontable.len(),
        ] {
            varint(size as u64, &mut body);
        }
        body.extend_from_slice(&tree.localsplus_kinds);
        body.extend_from_slice(&numbers);
        body.extend_from_slice(&tree.code);
        body.extend_from_slice(&tree.linetable);
        body.extend_from_slice(&tree.exceptiontable);
        body.extend_from_slice(&constants);
        varint(body.len() as u64, out);
        out.extend_from_slice(&body);
    }

    fn constant(&mut self, constant: &Constant, out: &mut Vec<u8>) {
        match constant {
            Constant::None => out.push(0),
            Constant::Bool(false) => out.push(1),
            Constant::Bool(true) => out.push(2),
            Constant::Ellipsis => out.push(3),
            Constant::Int(value) => {
                out.push(4);
                varint(((value << 1) ^ (value >> 63)) as u64, out);
            }
            Constant::BigInt(value) => sized(5, value, out),
            Constant::Float(value) => {
                out.push(6);
                out.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Constant::Complex { real, imag } => {
                out.push(7);
                out.extend_from_slice(&real.to_bits().to_le_bytes());
                out.extend_from_slice(&imag.to_bits().to_le_bytes());
            }
            Constant::Str(text) => {
                out.push(8);
                varint(self.string(text), out);
            }
            Constant::Bytes(value) => sized(9, value, out),
            Constant::Tuple(items) => self.items(10, items, out),
            Constant::Frozenset(items) => self.items(11, items, out),
            Constant::Slice(items) => self.items(12, items.as_slice(), out),
            Constant::Code(tree) => {
                out.push(13);
                self.record(tree, out);
            }
        }
    }

    fn items(&mut self, tag: u8, items: &[Constant], out: &mut Vec<u8>) {
        let mut body = Vec::new();
        varint(items.len() as u64, &mut body);
        for item in items {
            self.constant(item, &mut body);
        }
        sized(tag, &body, out);
    }
}

fn sized(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
