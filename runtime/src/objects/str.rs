//! str: the struct, construction, hashing, interning. Not here: building and joining
//! (`str_build.rs`), slots (`str_slots.rs`), methods (`str_methods.rs`, `str_case.rs`,
//! `str_split.rs`), formatting (`format`).
//!
//! Two storage forms with O(1) index: one byte a character (all below U+0100), or four (lone
//! surrogates included). The narrowest form is always used. Characters stand inline after the
//! struct (exact str only), in a buffer of the heap, or in a growable buffer that several str share
//! (`str_build::concat`): `[used bytes][capacity in bytes][characters..]`, `data` points at the
//! characters.

use crate::defs::SHAPE_STR;
use crate::error::{R, memory_error};
use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::value::Value;
use crate::vm::vm;
use core::cell::Cell;
use core::cmp::Ordering;

pub use crate::objects::str_build::{StrBuilder, build, concat, join, repeat};

#[repr(C)]
pub struct Str {
    pub header: Header,
    /// 0 = not computed yet.
    pub hash: Cell<i64>,
    /// Characters.
    pub len: Cell<usize>,
    /// Inline after the struct, or a buffer of the heap.
    pub data: Cell<*const u8>,
}

pub const WIDE: u16 = 1;
pub const INTERNED: u16 = 2;
pub const ASCII: u16 = 4;
/// The characters stand in a growable buffer.
pub const GROWABLE: u16 = 8;
/// Made by a concatenation: the next one that extends it makes a growable buffer.
pub const CONCAT: u16 = 16;
/// Before the characters of a growable buffer.
#[repr(C)]
pub struct BufferHead {
    pub used: Cell<usize>,
    pub capacity: Cell<usize>,
}

impl HeapObject for Str {
    const KIND: Kind = Kind::Str;
    fn trace(&self, m: &mut Marker) {
        let data = self.data.get();
        if data == (self as *const Str).wrapping_add(1).cast() {
            return;
        }
        m.bytes(if self.has(GROWABLE) { data.wrapping_sub(size_of::<BufferHead>()) } else { data });
    }
}

/// The characters of a str, in the form in which they are stored.
#[derive(Clone, Copy)]
pub enum Chars<'a> {
    /// Latin-1 code points.
    Narrow(&'a [u8]),
    /// Any code points, lone surrogates included.
    Wide(&'a [u32]),
}

impl Str {
    pub fn chars(&self) -> Chars<'_> {
        // SAFETY: `data` holds `len` characters of the form that WIDE tells.
        unsafe {
            if self.header.flags.get() & WIDE != 0 {
                Chars::Wide(core::slice::from_raw_parts(self.data.get().cast(), self.len.get()))
            } else {
                Chars::Narrow(core::slice::from_raw_parts(self.data.get(), self.len.get()))
            }
        }
    }
    #[inline(always)]
    pub fn has(&self, flag: u16) -> bool {
        self.header.flags.get() & flag != 0
    }
    #[inline(always)]
    pub fn is_wide(&self) -> bool {
        self.has(WIDE)
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    pub fn is_ascii(&self) -> bool {
        self.has(ASCII)
    }
    pub fn is_interned(&self) -> bool {
        self.has(INTERNED)
    }
    pub fn handle(&self) -> Gc<Str> {
        // SAFETY: a Str is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const Str as usize) }
    }
    /// UTF-8, with lone surrogates as the three bytes that "surrogatepass" gives them.
    pub fn to_utf8_with_surrogates(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.len());
        self.iter().for_each(|c| push_utf8(&mut bytes, c));
        bytes
    }
    /// The text, when it has no lone surrogates.
    pub fn to_string_strict(&self) -> Option<String> {
        match self.chars() {
            Chars::Narrow(bytes) => Some(bytes.iter().map(|&b| b as char).collect()),
            Chars::Wide(words) => words.iter().map(|&w| char::from_u32(w)).collect(),
        }
    }
    /// The text as UTF-8, borrowed, when it is ASCII.
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            // SAFETY: ASCII says that every byte is below 0x80.
            Chars::Narrow(bytes) if self.is_ascii() => {
                Some(unsafe { core::str::from_utf8_unchecked(bytes) })
            }
            _ => None,
        }
    }
    /// UTF-8 for messages and output; a lone surrogate becomes U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match self.chars() {
            Chars::Narrow(bytes) => bytes.iter().map(|&b| b as char).collect(),
            Chars::Wide(words) => {
                words.iter().map(|&w| char::from_u32(w).unwrap_or('\u{FFFD}')).collect()
            }
        }
    }
    pub fn char_at(&self, index: usize) -> u32 {
        match self.chars() {
            Chars::Narrow(bytes) => bytes[index] as u32,
            Chars::Wide(words) => words[index],
        }
    }
    /// By code points.
    pub fn compare(&self, other: &Str) -> Ordering {
        match (self.chars(), other.chars()) {
            (Chars::Narrow(a), Chars::Narrow(b)) => a.cmp(b),
            (Chars::Wide(a), Chars::Wide(b)) => a.cmp(b),
            (Chars::Narrow(a), Chars::Wide(b)) => {
                a.iter().map(|&c| c as u32).cmp(b.iter().copied())
            }
            (Chars::Wide(a), Chars::Narrow(b)) => {
                a.iter().copied().cmp(b.iter().map(|&c| c as u32))
            }
        }
    }
    pub fn eq_str(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => self.iter().eq(text.chars().map(|c| c as u32)),
        }
    }
    pub fn iter(&self) -> CodePoints<'_> {
        match self.chars() {
            Chars::Narrow(bytes) => CodePoints::Narrow(bytes.iter()),
            Chars::Wide(words) => CodePoints::Wide(words.iter()),
        }
    }
    pub fn equals(&self, other: &Str) -> bool {
        if core::ptr::eq(self, other) {
            return true;
        }
        if self.len() != other.len() || (self.is_interned() && other.is_interned()) {
            return false;
        }
        match (self.chars(), other.chars()) {
            (Chars::Narrow(a), Chars::Narrow(b)) => a == b,
            (Chars::Wide(a), Chars::Wide(b)) => a == b,
            // The narrowest form is always used, so that forms that differ mean texts that differ.
            _ => false,
        }
    }
    pub fn hash(&self) -> i64 {
        match self.hash.get() {
            0 => self.compute_hash(),
            hash => hash,
        }
    }
    #[inline(never)]
    fn compute_hash(&self) -> i64 {
        if self.len() == 0 {
            return 0;
        }
        let seed = vm().hash_seed.get();
        let bytes = match self.chars() {
            Chars::Narrow(bytes) => bytes,
            // SAFETY: any u32s can be read as bytes.
            Chars::Wide(words) => unsafe {
                core::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 4)
            },
        };
        let hash = match hash_bytes(bytes, seed) {
            0 => 1,
            -1 => -2,
            hash => hash,
        };
        self.hash.set(hash);
        hash
    }
}

/// Shared with bytes, whose hash equals that of the ASCII str with the same characters.
pub fn hash_bytes(bytes: &[u8], seed: u64) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    rapidhash::v3::rapidhash_v3_seeded(bytes, &rapidhash::v3::RapidSecrets::seed(seed)) as i64
}

/// The code points of a str.
#[derive(Clone)]
pub enum CodePoints<'a> {
    Narrow(core::slice::Iter<'a, u8>),
    Wide(core::slice::Iter<'a, u32>),
}
impl Iterator for CodePoints<'_> {
    type Item = u32;
    #[inline(always)]
    fn next(&mut self) -> Option<u32> {
        match self {
            CodePoints::Narrow(bytes) => bytes.next().map(|&b| b as u32),
            CodePoints::Wide(words) => words.next().copied(),
        }
    }
    #[inline]
    fn nth(&mut self, n: usize) -> Option<u32> {
        match self {
            CodePoints::Narrow(bytes) => bytes.nth(n).map(|&b| b as u32),
            CodePoints::Wide(words) => words.nth(n).copied(),
        }
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            CodePoints::Narrow(bytes) => bytes.size_hint(),
            CodePoints::Wide(words) => words.size_hint(),
        }
    }
}
impl DoubleEndedIterator for CodePoints<'_> {
    fn next_back(&mut self) -> Option<u32> {
        match self {
            CodePoints::Narrow(bytes) => bytes.next_back().map(|&b| b as u32),
            CodePoints::Wide(words) => words.next_back().copied(),
        }
    }
    fn nth_back(&mut self, n: usize) -> Option<u32> {
        match self {
            CodePoints::Narrow(bytes) => bytes.nth_back(n).map(|&b| b as u32),
            CodePoints::Wide(words) => words.nth_back(n).copied(),
        }
    }
}
impl ExactSizeIterator for CodePoints<'_> {}

/// A str or an instance of a subclass.
#[inline(always)]
pub fn is_exact(value: Value) -> bool {
    value.is_object() && value.header().shape.get() == SHAPE_STR
}

pub fn push_utf8(bytes: &mut Vec<u8>, c: u32) {
    match char::from_u32(c) {
        Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => bytes.extend_from_slice(&[
            0xE0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 63) as u8,
            0x80 | (c & 63) as u8,
        ]),
    }
}

// -- construction --------------------------------------------------------------

/// From UTF-8.
pub fn new(text: &str) -> Gc<Str> {
    if text.is_ascii() {
        return from_latin1(text.as_bytes());
    }
    let words: Vec<u32> = text.chars().map(|c| c as u32).collect();
    from_code_points(&words)
}

/// One character a byte.
pub fn from_latin1(bytes: &[u8]) -> Gc<Str> {
    match bytes {
        [] => empty(),
        [byte] => match vm().chars.get() {
            Some(chars) => chars[*byte as usize],
            None => alloc_latin1(bytes),
        },
        _ => alloc_latin1(bytes),
    }
}

pub fn empty() -> Gc<Str> {
    vm().names.get().map_or_else(|| alloc_latin1(b""), |names| names.empty)
}

pub(crate) fn alloc_latin1(bytes: &[u8]) -> Gc<Str> {
    let str = alloc_inline(bytes.len(), bytes.len());
    // SAFETY: the tail of the fresh cell has room for the bytes.
    unsafe {
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), str.data.get().cast_mut(), bytes.len())
    };
    str.header.flags.set(if bytes.is_ascii() { ASCII } else { 0 });
    str
}

/// From code points (surrogates allowed); stored narrow when all are below U+0100.
pub fn from_code_points(words: &[u32]) -> Gc<Str> {
    if words.iter().fold(0, |all, &w| all | w) < 0x100 {
        let bytes: Vec<u8> = words.iter().map(|&w| w as u8).collect();
        return from_latin1(&bytes);
    }
    let str = alloc_inline(words.len(), words.len() * 4);
    // SAFETY: the tail of the fresh cell has room for the words and is 8-aligned.
    unsafe {
        core::ptr::copy_nonoverlapping(
            words.as_ptr(),
            str.data.get().cast_mut().cast::<u32>(),
            words.len(),
        )
    };
    str.header.flags.set(WIDE);
    str
}

/// The str of one character: shared below U+0100.
pub fn from_char(c: u32) -> Gc<Str> {
    if c < 0x100 { from_latin1(&[c as u8]) } else { from_code_points(&[c]) }
}

/// The character at an index that the caller has checked, as a str.
pub fn char_at(str: Gc<Str>, index: usize) -> Gc<Str> {
    from_char(str.char_at(index))
}

/// Characters `start..start + len`, which the caller has checked.
pub fn substring(str: Gc<Str>, start: usize, len: usize) -> Gc<Str> {
    if len == str.len() {
        return exact(str);
    }
    match str.chars() {
        Chars::Narrow(bytes) => from_latin1(&bytes[start..start + len]),
        Chars::Wide(words) => from_code_points(&words[start..start + len]),
    }
}

/// The str itself, or one of the exact class with the characters of an instance of a subclass.
pub fn exact(str: Gc<Str>) -> Gc<Str> {
    if is_exact(str.value()) {
        return str;
    }
    if str.len() <= 1 {
        return str.iter().next().map_or_else(empty, from_char);
    }
    let object = Str {
        header: new_header(),
        hash: Cell::new(str.hash.get()),
        len: Cell::new(str.len()),
        data: Cell::new(str.data.get()),
    };
    let copy = heap::alloc(SHAPE_STR, object);
    copy.header.flags.set(str.header.flags.get() & (WIDE | ASCII));
    copy
}

/// An instance of a subclass with these characters.
pub fn new_of_class(class: Gc<Class>, str: Gc<Str>) -> R<Gc<Str>> {
    if class.root_shape.get() == SHAPE_STR {
        return Ok(exact(str));
    }
    let bytes = str.len() * if str.is_wide() { 4 } else { 1 };
    let Some(buffer) = heap::try_alloc_bytes(bytes) else { return Err(memory_error()) };
    // SAFETY: the buffer is fresh and has room for the characters.
    unsafe { core::ptr::copy_nonoverlapping(str.data.get(), buffer, bytes) };
    let object = Str {
        header: new_header(),
        hash: Cell::new(str.hash.get()),
        len: Cell::new(str.len()),
        data: Cell::new(buffer),
    };
    let copy = heap::alloc_instance(class, object);
    copy.header.flags.set(str.header.flags.get() & (WIDE | ASCII));
    Ok(copy)
}

fn alloc_inline(len: usize, bytes: usize) -> Gc<Str> {
    let object = Str {
        header: new_header(),
        hash: Cell::new(0),
        len: Cell::new(len),
        data: Cell::new(core::ptr::null()),
    };
    let str = heap::alloc_with_tail(SHAPE_STR, object, bytes.div_ceil(8));
    // SAFETY: the tail follows the struct in the same cell.
    str.data.set(unsafe { str.as_ptr().add(1).cast() });
    str
}

/// Above this, characters get a buffer of their own, whose allocation may be refused.
const INLINE_BYTES: usize = 4096;

/// For sizes that the program chose. The caller fills the zeroed characters before the str is seen.
pub(crate) fn try_alloc(len: usize, bytes: usize) -> R<Gc<Str>> {
    if bytes <= INLINE_BYTES {
        return Ok(alloc_inline(len, bytes));
    }
    let Some(buffer) = heap::try_alloc_bytes(bytes) else { return Err(memory_error()) };
    let object = Str {
        header: new_header(),
        hash: Cell::new(0),
        len: Cell::new(len),
        data: Cell::new(buffer),
    };
    Ok(heap::alloc(SHAPE_STR, object))
}

/// `fill` writes all of the `len` Latin-1 characters.
pub fn fill_narrow(len: usize, fill: impl FnOnce(&mut [u8])) -> R<Gc<Str>> {
    let str = try_alloc(len, len)?;
    // SAFETY: nobody else knows the fresh str.
    let bytes = unsafe { core::slice::from_raw_parts_mut(str.data.get().cast_mut(), len) };
    fill(bytes);
    str.header.flags.set(if bytes.is_ascii() { ASCII } else { 0 });
    Ok(str)
}

/// `fill` writes all of the `len` characters, one of them at least above U+00FF.
pub fn fill_wide(len: usize, fill: impl FnOnce(&mut [u32])) -> R<Gc<Str>> {
    let Some(bytes) = len.checked_mul(4) else { return Err(memory_error()) };
    let str = try_alloc(len, bytes)?;
    // SAFETY: nobody else knows the fresh str; buffers are 8-aligned.
    let words =
        unsafe { core::slice::from_raw_parts_mut(str.data.get().cast_mut().cast::<u32>(), len) };
    fill(words);
    str.header.flags.set(WIDE);
    Ok(str)
}

type Hasher = core::hash::BuildHasherDefault<rapidhash::fast::RapidHasher<'static>>;

/// Text -> interned str.
#[derive(Default)]
pub struct InternTable {
    table: std::collections::HashMap<Box<[u8]>, Gc<Str>, Hasher>,
    wide: std::collections::HashMap<Box<[u32]>, Gc<Str>, Hasher>,
    /// Those interned since the last collection.
    young: Vec<Gc<Str>>,
}

impl InternTable {
    pub fn each(&self) -> impl Iterator<Item = Gc<Str>> + '_ {
        self.table.values().chain(self.wide.values()).copied()
    }
    /// For the collector: those that the last one has not seen, once.
    pub fn take_young(&mut self) -> Vec<Gc<Str>> {
        core::mem::take(&mut self.young)
    }
}

/// The one str with these characters.
pub fn intern(text: &str) -> Gc<Str> {
    if text.is_ascii()
        && let Some(str) = vm().interned.borrow().table.get(text.as_bytes())
    {
        return *str;
    }
    intern_str(new(text))
}

pub fn intern_str(str: Gc<Str>) -> Gc<Str> {
    if str.is_interned() {
        return str;
    }
    let str = exact(str);
    let mut interned = vm().interned.borrow_mut();
    let one = match str.chars() {
        Chars::Narrow(bytes) => *interned.table.entry(bytes.into()).or_insert(str),
        Chars::Wide(words) => *interned.wide.entry(words.into()).or_insert(str),
    };
    if one == str {
        interned.young.push(str);
    }
    one.header.flags.set(one.header.flags.get() | INTERNED);
    one
}

/// Iterator over the characters of a str.
#[repr(C)]
pub struct StrIter {
    pub header: Header,
    /// NULL when exhausted.
    pub str: crate::object::Field<Value>,
    pub index: Cell<usize>,
}

impl HeapObject for StrIter {
    const KIND: Kind = Kind::StrIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.str.get());
    }
}

/// The one-character strings and the empty one. Runs before the classes exist.
pub fn make_chars() {
    let chars: Box<[Gc<Str>; 256]> =
        Box::new(core::array::from_fn(|i| intern_str(alloc_latin1(&[i as u8]))));
    let _ = vm().chars.set(chars);
    intern_str(alloc_latin1(b""));
}
