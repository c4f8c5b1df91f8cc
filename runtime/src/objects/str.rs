//! str: the struct, construction, hashing, interning. Not here: methods (`str_methods.rs`), formatting.
//!
//! Two storage forms with O(1) index: one byte a character (all below U+0100), or four (lone surrogates included).

use crate::heap::{self, Marker};
use crate::object::{Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::value::Value;
use crate::vm::{types, vm};
use core::cell::Cell;

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

impl HeapObject for Str {
    const KIND: Kind = Kind::Str;
    fn trace(&self, m: &mut Marker) {
        m.bytes(self.data.get());
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
    pub fn len(&self) -> usize {
        self.len.get()
    }
    pub fn is_ascii(&self) -> bool {
        self.header.flags.get() & ASCII != 0
    }
    pub fn is_interned(&self) -> bool {
        self.header.flags.get() & INTERNED != 0
    }
    /// The text as UTF-8, borrowed, when it is ASCII.
    pub fn as_ascii(&self) -> Option<&str> {
        match self.chars() {
            // SAFETY: ASCII says that every byte is below 0x80.
            Chars::Narrow(bytes) if self.is_ascii() => Some(unsafe { core::str::from_utf8_unchecked(bytes) }),
            _ => None,
        }
    }
    /// UTF-8 for messages and output; a lone surrogate becomes U+FFFD.
    pub fn to_string_lossy(&self) -> String {
        match self.chars() {
            Chars::Narrow(bytes) => bytes.iter().map(|&b| b as char).collect(),
            Chars::Wide(words) => words.iter().map(|&w| char::from_u32(w).unwrap_or('\u{FFFD}')).collect(),
        }
    }
    pub fn char_at(&self, index: usize) -> u32 {
        match self.chars() {
            Chars::Narrow(bytes) => bytes[index] as u32,
            Chars::Wide(words) => words[index],
        }
    }
    pub fn eq_str(&self, text: &str) -> bool {
        match self.as_ascii() {
            Some(own) => own == text,
            None => self.iter().eq(text.chars().map(|c| c as u32)),
        }
    }
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).map(|i| self.char_at(i))
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
        let seed = vm().hash_seed.get();
        let bytes = match self.chars() {
            Chars::Narrow(bytes) => bytes,
            // SAFETY: any u32s can be read as bytes.
            Chars::Wide(words) => unsafe { core::slice::from_raw_parts(words.as_ptr().cast(), words.len() * 4) },
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
    if bytes.len() <= 1
        && let Some(chars) = vm().chars.get()
    {
        return match bytes {
            [] => vm().names.get().map_or_else(|| alloc_latin1(b""), |names| names.empty),
            [byte, ..] => chars[*byte as usize],
        };
    }
    alloc_latin1(bytes)
}

pub(crate) fn alloc_latin1(bytes: &[u8]) -> Gc<Str> {
    let str = alloc_inline(bytes.len(), bytes.len());
    // SAFETY: the tail of the fresh cell has room for the bytes.
    unsafe { core::ptr::copy_nonoverlapping(bytes.as_ptr(), str.data.get().cast_mut(), bytes.len()) };
    str.header.flags.set(if bytes.is_ascii() { ASCII } else { 0 });
    str
}

/// From code points (surrogates allowed); stored narrow when all are below U+0100.
pub fn from_code_points(words: &[u32]) -> Gc<Str> {
    if words.iter().all(|&w| w < 0x100) {
        let bytes: Vec<u8> = words.iter().map(|&w| w as u8).collect();
        return from_latin1(&bytes);
    }
    let str = alloc_inline(words.len(), words.len() * 4);
    // SAFETY: the tail of the fresh cell has room for the words and is 8-aligned.
    unsafe { core::ptr::copy_nonoverlapping(words.as_ptr(), str.data.get().cast_mut().cast::<u32>(), words.len()) };
    str.header.flags.set(WIDE);
    str
}

fn alloc_inline(len: usize, bytes: usize) -> Gc<Str> {
    let object = Str { header: new_header(), hash: Cell::new(0), len: Cell::new(len), data: Cell::new(core::ptr::null()) };
    let str = heap::alloc_with_tail(types_str_shape(), object, bytes.div_ceil(8));
    // SAFETY: the tail follows the struct in the same cell.
    str.data.set(unsafe { str.as_ptr().add(1).cast() });
    str
}

fn types_str_shape() -> u32 {
    // Names are interned before the classes exist; `bootstrap` gives `str` this shape.
    vm().types.get().map_or(crate::defs::SHAPE_STR, |_| types().str_.root_shape.get())
}

/// Text -> interned str.
#[derive(Default)]
pub struct InternTable {
    table: std::collections::HashMap<Box<[u8]>, Gc<Str>>,
    wide: std::collections::HashMap<Box<[u32]>, Gc<Str>>,
}

impl InternTable {
    pub fn each(&self) -> impl Iterator<Item = Gc<Str>> + '_ {
        self.table.values().chain(self.wide.values()).copied()
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
    let mut interned = vm().interned.borrow_mut();
    let one = match str.chars() {
        Chars::Narrow(bytes) => *interned.table.entry(bytes.into()).or_insert(str),
        Chars::Wide(words) => *interned.wide.entry(words.into()).or_insert(str),
    };
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
    let chars: Box<[Gc<Str>; 256]> = Box::new(core::array::from_fn(|i| intern_str(alloc_latin1(&[i as u8]))));
    let _ = vm().chars.set(chars);
    intern_str(alloc_latin1(b""));
}
