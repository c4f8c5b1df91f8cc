//! The compiled form of a program: owned, plain data, CPython 3.14's code object field by field.
//!
//! Nothing of the compiler crates shows here. Byte strings (`code`, `exceptiontable`, `linetable`)
//! are in CPython's encodings; inline caches stand in `code` as zeroed units, as in CPython.

/// One code object with all that it contains.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeTree {
    pub code: Vec<u8>,
    pub constants: Vec<Constant>,
    pub names: Vec<String>,
    pub localsplus_names: Vec<String>,
    /// `LOCAL`, `CELL`, `FREE`, `HIDDEN` bits, one byte per slot of `localsplus_names`.
    pub localsplus_kinds: Vec<u8>,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub flags: u32,
    pub stacksize: u32,
    pub firstlineno: u32,
    pub name: String,
    pub qualname: String,
    pub filename: String,
    pub exceptiontable: Vec<u8>,
    pub linetable: Vec<u8>,
}

/// The slot is hidden: the variable of an inlined comprehension.
pub const KIND_HIDDEN: u8 = 0x10;
/// The slot is a local variable (`co_varnames`).
pub const KIND_LOCAL: u8 = 0x20;
/// The slot is a cell made by this code (`co_cellvars`).
pub const KIND_CELL: u8 = 0x40;
/// The slot is a cell of an enclosing scope (`co_freevars`).
pub const KIND_FREE: u8 = 0x80;

/// A constant of a code object.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    /// Two's complement, little endian, as short as possible; never fits in 64 bits.
    BigInt(Vec<u8>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    /// WTF-8: UTF-8 in which a lone surrogate is written like any other code point.
    Str(Vec<u8>),
    Bytes(Vec<u8>),
    Tuple(Vec<Constant>),
    Frozenset(Vec<Constant>),
    Slice(Box<[Constant; 3]>),
    Code(Box<CodeTree>),
}

impl CodeTree {
    /// Each string among the constants, here and within.
    pub fn each_string(&mut self, change: &mut impl FnMut(&mut Vec<u8>)) {
        for constant in &mut self.constants {
            constant.each_string(change);
        }
    }

    /// `co_varnames`.
    pub fn varnames(&self) -> impl Iterator<Item = &str> {
        self.names_of_kind(KIND_LOCAL)
    }

    /// `co_cellvars`.
    pub fn cellvars(&self) -> impl Iterator<Item = &str> {
        self.names_of_kind(KIND_CELL)
    }

    /// `co_freevars`.
    pub fn freevars(&self) -> impl Iterator<Item = &str> {
        self.names_of_kind(KIND_FREE)
    }

    fn names_of_kind(&self, kind: u8) -> impl Iterator<Item = &str> {
        self.localsplus_names
            .iter()
            .zip(&self.localsplus_kinds)
            .filter(move |(_, bits)| **bits & kind != 0)
            .map(|(name, _)| name.as_str())
    }
}

impl Constant {
    fn each_string(&mut self, change: &mut impl FnMut(&mut Vec<u8>)) {
        match self {
            Self::Str(text) => change(text),
            Self::Tuple(items) | Self::Frozenset(items) => items.iter_mut().for_each(|item| item.each_string(change)),
            Self::Slice(parts) => parts.iter_mut().for_each(|part| part.each_string(change)),
            Self::Code(code) => code.each_string(change),
            _ => {}
        }
    }
}
