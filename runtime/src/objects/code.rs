//! Code objects: our own code units, made from an image when the code first runs. Not here: attributes (`code_attr.rs`), the image format
//! (`image.rs`), positions (`code_tables.rs`).
//!
//! A unit is a u32: opcode in the low byte, oparg in the upper 24 bits; cache entries are whole units. A table maps back to CPython's
//! units, in which `co_code`, `f_lasti` and the exception and line tables count.

use crate::error::{R, system_error};
use crate::generated::opcode;
use crate::heap::{self, Marker};
use crate::image::{Image, ImageCode, ImageConstant, StringNumber};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::str::{self, Str};
use crate::objects::tuple::Tuple;
use crate::value::{ELLIPSIS, NONE, NULL, Value};
use crate::vm::types;
use core::cell::{Cell, OnceCell};
use std::rc::Rc;

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
    /// For each unit the machine code that begins there, or null; null while there is none at all. The executors' own.
    pub machine_code: Cell<*const *const u8>,
    /// The version of the functions that were made of it and never changed; 0 = not given.
    pub function_version: Cell<u32>,
    pub argcount: Cell<u32>,
    pub posonlyargcount: Cell<u32>,
    pub kwonlyargcount: Cell<u32>,
    pub stacksize: Cell<u32>,
    pub firstlineno: Cell<u32>,
    pub name: Field<Value>,
    pub qualname: Field<Value>,
    pub filename: Field<Value>,
    /// Tuples, made when decoded; NULL before.
    pub const_tuple: Field<Value>,
    pub name_tuple: Field<Value>,
    pub localsplus_names: Field<Value>,
    pub details: CodeDetails,
}

/// What `code.replace()` gave in place of the image's.
pub struct Replaced {
    pub code: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
}

/// What the hot paths do not touch.
pub struct CodeDetails {
    pub source: ImageSource,
    pub offset: u32,
    pub decoded: OnceCell<Decoded>,
    /// The line table that `code.replace()` gave; the image's otherwise.
    pub linetable: OnceCell<Box<[u8]>>,
    /// Other instructions, or another exception table, that `code.replace()` gave. Nobody has checked them: they can be looked at and
    /// compared, not run.
    pub replaced: OnceCell<Replaced>,
    /// Made by `code.replace()`: the image says something else.
    pub is_copy: Cell<bool>,
    /// What tools listen to here.
    pub monitored: OnceCell<Box<crate::monitoring::Monitored>>,
    /// The place on the list of decoded code objects; `usize::MAX`: it is not there.
    pub registered: Cell<usize>,
}

impl Drop for CodeDetails {
    fn drop(&mut self) {
        crate::monitoring::forget(self.registered.get());
    }
}

/// The bytes that a code object is decoded from.
#[derive(Clone)]
pub enum ImageSource {
    /// Of the embedded library.
    Static(&'static [u8]),
    Shared(Rc<[u8]>),
}

impl ImageSource {
    pub fn bytes(&self) -> &[u8] {
        match self {
            ImageSource::Static(bytes) => bytes,
            ImageSource::Shared(bytes) => bytes,
        }
    }
}

/// What decoding makes.
pub struct Decoded {
    pub units: Box<[Cell<u32>]>,
    /// (our unit, CPython's unit) of each instruction's start, ascending.
    pub offsets: Vec<(u32, u32)>,
    /// Innermost first where they nest, as in CPython's table.
    pub handlers: Vec<Handler>,
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

/// CPython's CO_FAST_*: what a slot of localsplus is.
pub mod slot {
    pub const HIDDEN: u8 = 0x10;
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
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

/// The error for an image that says what cannot be.
fn damaged() -> crate::error::Raised {
    system_error("compiled code is damaged")
}

/// The outermost code object of an image.
pub fn from_image(source: ImageSource) -> R<Gc<Code>> {
    let offset = Image::open(source.bytes()).and_then(|image| image.root()).map_err(|_| damaged())?.offset;
    from_image_at(&source, offset)
}

/// Another code object of the same record.
pub fn copy(code: Gc<Code>) -> R<Gc<Code>> {
    from_image_at(&code.details.source, code.details.offset)
}

/// The code object at this place of an image.
pub fn from_image_part(source: &ImageSource, offset: u32) -> R<Gc<Code>> {
    from_image_at(source, offset)
}

fn from_image_at(source: &ImageSource, offset: u32) -> R<Gc<Code>> {
    let image = Image::open(source.bytes()).map_err(|_| damaged())?;
    let code = image.code(offset).map_err(|_| damaged())?;
    let nlocalsplus = code.localsplus_kinds.len() as u32;
    let object = Code {
        header: new_header(),
        flags: Cell::new(code.flags),
        entry: Cell::new(core::ptr::null_mut()),
        roots: Cell::new(core::ptr::null_mut()),
        roots_len: Cell::new(0),
        roots_capacity: Cell::new(0),
        consts: Cell::new(core::ptr::null()),
        names: Cell::new(core::ptr::null()),
        nlocalsplus: Cell::new(nlocalsplus),
        machine_code: Cell::new(core::ptr::null()),
        function_version: Cell::new(0),
        frame_words: Cell::new(crate::frame::FRAME_WORDS as u32 + nlocalsplus + code.stacksize + 1),
        argcount: Cell::new(code.argcount),
        posonlyargcount: Cell::new(code.posonlyargcount),
        kwonlyargcount: Cell::new(code.kwonlyargcount),
        stacksize: Cell::new(code.stacksize),
        firstlineno: Cell::new(code.firstlineno),
        name: Field::new(name(&code.image, code.name)?.value()),
        qualname: Field::new(name(&code.image, code.qualname)?.value()),
        filename: Field::new(name(&code.image, code.filename)?.value()),
        const_tuple: Field::default(),
        name_tuple: Field::default(),
        localsplus_names: Field::default(),
        details: CodeDetails {
            source: source.clone(),
            offset,
            decoded: OnceCell::new(),
            linetable: OnceCell::new(),
            replaced: OnceCell::new(),
            is_copy: Cell::new(false),
            monitored: OnceCell::new(),
            registered: Cell::new(usize::MAX),
        },
    };
    Ok(heap::alloc(types().code.root_shape.get(), object))
}

fn text(image: &Image<'_>, number: StringNumber) -> R<Gc<Str>> {
    let string = image.string(number).map_err(|_| damaged())?;
    Ok(text_of_wtf8(string.wtf8, string.is_ascii))
}
/// The text of well-formed WTF-8.
pub fn text_of_wtf8(bytes: &[u8], is_ascii: bool) -> Gc<Str> {
    if is_ascii { str::from_latin1(bytes) } else { str::from_code_points(&wtf8_code_points(bytes)) }
}
fn name(image: &Image<'_>, number: StringNumber) -> R<Gc<Str>> {
    Ok(str::intern_str(text(image, number)?))
}

/// `bytes` is well-formed WTF-8 (the image reader has checked).
fn wtf8_code_points(bytes: &[u8]) -> Vec<u32> {
    let mut points = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let first = bytes[at] as u32;
        let (len, start) = match first {
            0..0x80 => (1, first),
            0x80..0xE0 => (2, first & 0x1F),
            0xE0..0xF0 => (3, first & 0xF),
            _ => (4, first & 7),
        };
        let rest = bytes.get(at + 1..at + len).unwrap_or(&[]);
        points.push(rest.iter().fold(start, |point, &b| point << 6 | (b & 0x3F) as u32));
        at += len;
    }
    points
}

impl Code {
    pub fn handle(&self) -> Gc<Code> {
        // SAFETY: a Code is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const Code as usize) }
    }
    pub fn units(&self) -> *const u32 {
        self.entry.get()
    }
    pub fn has_flag(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// The image record. Fails only for a damaged image.
    pub fn record(&self) -> R<ImageCode<'_>> {
        Image::open(self.details.source.bytes()).and_then(|image| image.code(self.details.offset)).map_err(|_| damaged())
    }
    /// `co_linetable`.
    pub fn line_table(&self) -> &[u8] {
        match self.details.linetable.get() {
            Some(own) => own,
            None => self.record().map_or(&[], |record| record.linetable),
        }
    }
    /// `co_code`.
    pub fn bytecode(&self) -> R<&[u8]> {
        match self.details.replaced.get() {
            Some(replaced) => Ok(&replaced.code),
            None => Ok(self.record()?.code),
        }
    }
    /// `co_exceptiontable`.
    pub fn exception_table(&self) -> R<&[u8]> {
        match self.details.replaced.get() {
            Some(replaced) => Ok(&replaced.exceptiontable),
            None => Ok(self.record()?.exceptiontable),
        }
    }
    /// The kind byte of each slot of localsplus.
    pub fn slot_kinds(&self) -> &[u8] {
        self.record().map_or(&[], |record| record.localsplus_kinds)
    }
    /// What decoding has made; decodes now when it has not happened yet.
    pub fn decoded(&self) -> R<&Decoded> {
        if self.entry.get().is_null() {
            self.decode()?;
        }
        self.details.decoded.get().ok_or_else(damaged)
    }
    /// Makes the units, constants and names. Called before the code first runs.
    pub fn decode(&self) -> R<()> {
        if !self.entry.get().is_null() {
            return Ok(());
        }
        if self.details.replaced.get().is_some() {
            let what = "instructions that code.replace() has changed cannot be run: nothing verifies them";
            return Err(crate::error::not_implemented_error(what));
        }
        self.make_tuples()?;
        let decoded = crate::objects::code_decode::decode(&self.record()?).ok_or_else(damaged)?;
        let decoded = self.details.decoded.get_or_init(|| decoded);
        self.entry.set(decoded.units.as_ptr().cast_mut().cast());
        crate::monitoring::decoded(self);
        Ok(())
    }
    /// Makes constants and names. Called before they are looked at.
    pub fn make_tuples(&self) -> R<()> {
        if !self.const_tuple.get().is_null() {
            return Ok(());
        }
        let record = self.record()?;
        let names = tuple_of_names(&record.image, record.names().map_err(|_| damaged())?)?;
        let locals = tuple_of_names(&record.image, record.localsplus_names())?;
        let constants = self.constants(&record.image, record.constants())?;
        let this = self.handle();
        self.name_tuple.set(this, names.value());
        self.localsplus_names.set(this, locals.value());
        self.const_tuple.set(this, constants.value());
        self.names.set(names.items().as_ptr());
        self.consts.set(constants.items().as_ptr());
        Ok(())
    }
    fn constants(&self, image: &Image<'_>, constants: crate::image::Constants<'_>) -> R<Gc<Tuple>> {
        // In a heap list, which the collector sees, until the tuple is made.
        let list = crate::objects::list::List::new();
        for constant in constants {
            list.push(self.constant(image, constant.map_err(|_| damaged())?)?)?;
        }
        Ok(Tuple::from_slice(list.items()))
    }
    fn constant(&self, image: &Image<'_>, constant: ImageConstant<'_>) -> R {
        Ok(match constant {
            ImageConstant::None => NONE,
            ImageConstant::Ellipsis => ELLIPSIS,
            ImageConstant::Bool(b) => Value::bool(b),
            ImageConstant::Int(i) => Value::int(i),
            ImageConstant::BigInt(bytes) => crate::objects::int::from_big(dashu_int::IBig::from_le_bytes(bytes)),
            ImageConstant::Float(f) => Value::float(f),
            ImageConstant::Complex { real, imag } => crate::objects::complex::new(crate::objects::complex::C { re: real, im: imag }),
            ImageConstant::Str(number) => {
                let str = text(image, number)?;
                if looks_like_name(&str) { str::intern_str(str).value() } else { str.value() }
            }
            ImageConstant::Bytes(bytes) => crate::objects::bytes::new(bytes).value(),
            ImageConstant::Tuple(items) => self.constants(image, items)?.value(),
            ImageConstant::Frozenset(items) => frozenset_of(self.constants(image, items)?)?,
            ImageConstant::Slice(items) => match *self.constants(image, items)?.items() {
                [start, stop, step] => crate::objects::slice::new(start, stop, step).value(),
                _ => return Err(damaged()),
            },
            ImageConstant::Code(offset) => from_image_at(&self.details.source, offset)?.value(),
        })
    }
    /// The docstring, or None.
    pub fn doc(&self) -> Value {
        if !self.has_flag(flags::HAS_DOCSTRING) {
            return NONE;
        }
        if let Some(constants) = self.const_tuple.get().downcast::<Tuple>() {
            return constants.items().first().copied().unwrap_or(NONE);
        }
        // Not for this are all the constants made.
        let Ok(record) = self.record() else { return NONE };
        let first = record.constants().next().and_then(Result::ok);
        first.and_then(|constant| self.constant(&record.image, constant).ok()).unwrap_or(NONE)
    }
    /// The index of `value` in the root table, where it is put if it is not there yet.
    pub fn add_root(&self, value: Value) -> u32 {
        if let Some(known) = self.roots().iter().position(|root| *root == value) {
            return known as u32;
        }
        let at = self.room_for_root();
        // SAFETY: there is room for one more.
        unsafe { *self.roots.get().add(at) = value };
        self.roots_len.set(self.roots_len.get().max(at as u32 + 1));
        heap::write_barrier(self.handle().value());
        at as u32
    }
    /// Unused ones are NULL.
    fn roots(&self) -> &[Value] {
        match self.roots.get() {
            roots if roots.is_null() => &[],
            // SAFETY: the table holds so many words.
            roots => unsafe { core::slice::from_raw_parts(roots, self.roots_len.get() as usize) },
        }
    }
    fn room_for_root(&self) -> usize {
        let free = |code: &Code| code.roots().iter().position(|root| root.is_null());
        let (len, capacity) = (self.roots_len.get() as usize, self.roots_capacity.get() as usize);
        if let Some(at) = free(self) {
            return at;
        }
        if len < capacity {
            return len;
        }
        if self.drop_unused_roots() > len / 4
            && let Some(at) = free(self)
        {
            return at;
        }
        let more = (len * 2).max(8);
        let buffer = heap::alloc_values(more);
        // SAFETY: both hold `len` words.
        unsafe { core::ptr::copy_nonoverlapping(self.roots.get(), buffer, len) };
        self.roots.set(buffer);
        self.roots_capacity.set(more as u32);
        free(self).unwrap_or(len)
    }
    /// Sites that are specialized anew leave what they referred to behind. A root stays if any unit is its index; how many do not.
    #[cold]
    fn drop_unused_roots(&self) -> usize {
        // A recording has indices that may stand in no cache any more.
        let is_recording = !crate::vm::thread().recorder.get().is_null();
        let Some(decoded) = self.details.decoded.get().filter(|_| !is_recording) else { return 0 };
        let mut is_used = vec![false; self.roots().len()];
        for unit in &decoded.units {
            if let Some(is_used) = is_used.get_mut(unit.get() as usize) {
                *is_used = true;
            }
        }
        let unused: Vec<usize> = (0..is_used.len()).filter(|&at| !is_used[at]).collect();
        for &at in &unused {
            // SAFETY: the table has that many words.
            unsafe { *self.roots.get().add(at) = NULL };
        }
        unused.len()
    }
    /// Makes `opcode` what stands at the instruction at this unit.
    pub fn place(&self, offset: u32, opcode: u8) {
        if let Some(decoded) = self.details.decoded.get() {
            super::code_fuse::place(decoded, offset, opcode);
        }
    }
    /// Puts a specialized instruction back to its generic form, since this class has changed. `offset` (units) is that of the instruction.
    pub fn reset_site(&self, offset: u32, changed: &crate::objects::class::Class) {
        if let Some(unit) = self.details.decoded.get().and_then(|decoded| decoded.units.get(offset as usize)) {
            // What reports to tools is generic already.
            self.place(offset, opcode::HEAD[(unit.get() & 255) as usize]);
        }
        if let Some(site_reset) = crate::vm::vm().engine.site_reset.get() {
            site_reset(self, offset, changed);
        }
    }
    pub fn name_at(&self, index: usize) -> Value {
        self.name_tuple.get().downcast::<Tuple>().and_then(|names| names.items().get(index).copied()).unwrap_or(NULL)
    }
}

fn tuple_of_names(image: &Image<'_>, numbers: crate::image::StringNumbers<'_>) -> R<Gc<Tuple>> {
    let list = crate::objects::list::List::new();
    for number in numbers {
        list.push(name(image, number.map_err(|_| damaged())?)?.value())?;
    }
    Ok(Tuple::from_slice(list.items()))
}

fn frozenset_of(items: Gc<Tuple>) -> R {
    let set = crate::objects::set::Set::new_frozen();
    for item in items.items() {
        set.add(*item)?;
    }
    Ok(set.value())
}

/// CPython interns constants that consist of name characters.
fn looks_like_name(str: &Str) -> bool {
    str.as_ascii().is_some_and(|text| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}
