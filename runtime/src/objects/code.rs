//! Code objects: our own code units, made from an image when the code first runs. Not here: attributes (`code_attr.rs`), the image format (`image.rs`).
//!
//! A unit is a u32: opcode in the low byte, oparg in the upper 24 bits; cache entries are whole units. `cpython_offsets` maps back to
//! CPython's units for `co_code`, `f_lasti`, and the exception and line tables.

use crate::heap::Marker;
use crate::object::{Field, Header, HeapObject, Kind};
use crate::objects::tuple::Tuple;
use crate::value::{NONE, Value};
use core::cell::{Cell, OnceCell, RefCell};

#[repr(C)]
pub struct Code {
    pub header: Header,
    pub flags: Cell<u32>,
    /// First unit; null until decoded.
    pub entry: Cell<*mut u32>,
    /// The root table: heap values that caches refer to by index.
    pub roots: Cell<*mut Value>,
    pub roots_len: Cell<u32>,
    pub roots_capacity: Cell<u32>,
    pub consts: Cell<*const Value>,
    pub names: Cell<*const Value>,
    pub nlocalsplus: Cell<u32>,
    /// Words that a frame needs in all: header, locals, operand stack.
    pub frame_words: Cell<u32>,
    pub argcount: Cell<u32>,
    pub posonlyargcount: Cell<u32>,
    pub kwonlyargcount: Cell<u32>,
    pub nlocals: Cell<u32>,
    pub stacksize: Cell<u32>,
    pub firstlineno: Cell<u32>,
    pub entry_counter: Cell<u32>,
    pub version: Cell<u32>,
    pub name: Field<Value>,
    pub qualname: Field<Value>,
    pub filename: Field<Value>,
    /// Tuples, made when decoded; NULL before.
    pub const_tuple: Field<Value>,
    pub name_tuple: Field<Value>,
    pub localsplus_names: Field<Value>,
    pub details: CodeDetails,
}

/// What the hot paths do not touch.
pub struct CodeDetails {
    pub units: RefCell<Vec<u32>>,
    /// CPython's bytes: co_code without specialization, exception table, line table.
    pub co_code: RefCell<Vec<u8>>,
    pub exception_table: RefCell<Vec<u8>>,
    pub line_table: RefCell<Vec<u8>>,
    /// Kind byte of each of localsplus (CPython's CO_FAST_*).
    pub kinds: RefCell<Vec<u8>>,
    /// Our unit of an instruction's start -> CPython's unit, ascending; and the ranges of handlers in our units.
    pub offsets: RefCell<Vec<(u32, u32)>>,
    pub handlers: RefCell<Vec<Handler>>,
    /// The image that the code is decoded from.
    pub image: Cell<Option<&'static [u8]>>,
    pub decoded: OnceCell<()>,
}

#[derive(Clone, Copy, Debug)]
pub struct Handler {
    /// In our units, `start..end`.
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub depth: u32,
    pub push_lasti: bool,
}

/// CPython's co_flags.
pub mod flags {
    pub const OPTIMIZED: u32 = 1;
    pub const NEWLOCALS: u32 = 2;
    pub const VARARGS: u32 = 4;
    pub const VARKEYWORDS: u32 = 8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    pub const METHOD: u32 = 0x800_0000;
}

impl HeapObject for Code {
    const KIND: Kind = Kind::Code;
    fn trace(&self, m: &mut Marker) {
        if !self.roots.get().is_null() {
            m.values(self.roots.get(), self.roots_len.get() as usize);
        }
        for field in
            [&self.name, &self.qualname, &self.filename, &self.const_tuple, &self.name_tuple, &self.localsplus_names]
        {
            m.value(field.get());
        }
    }
}

impl Code {
    pub fn units(&self) -> *const u32 {
        self.entry.get()
    }
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// The docstring, or None.
    pub fn doc(&self) -> Value {
        if !self.has_flag(flags::HAS_DOCSTRING) {
            return NONE;
        }
        self.decode();
        self.const_tuple.get().downcast::<Tuple>().map_or(NONE, |consts| consts.items().first().copied().unwrap_or(NONE))
    }
}

impl Code {
    pub fn decode(&self) {}
    /// Puts a specialized instruction back to its generic form. `offset` is that of the instruction.
    pub fn reset_site(&self, _offset: u32) {}
}
