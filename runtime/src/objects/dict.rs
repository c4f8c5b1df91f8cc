//! dict: the compact table that keeps insertion order, and the operations that others build on. Not here: methods (`dict_methods.rs`).
//!
//! `entries` holds (hash, key, value) in insertion order, a deleted one with key MISSING; `index` is an open-addressed table of entry
//! numbers, at most half full (Fibonacci hashing). `keys_version` names a state of the set of keys: it changes whenever a key comes or
//! goes or entries move, not when a value is replaced, so that an inline cache may hold (version, entry number).

use crate::error::{R, memory_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::str::Str;
use crate::value::{MISSING, Value};
use crate::vm::{types, vm};
use core::cell::Cell;

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    pub hash: i64,
    /// MISSING when deleted.
    pub key: Value,
    pub value: Value,
}

#[repr(C)]
pub struct Dict {
    pub header: Header,
    /// 0 = not given since the last change of keys.
    pub keys_version: Cell<u32>,
    /// log2 of the size of `index`; 0 = no index yet (no entries).
    pub log2: Cell<u32>,
    /// Live entries.
    pub len: Cell<usize>,
    /// Entries in use, deleted ones included.
    pub used: Cell<usize>,
    pub capacity: Cell<usize>,
    /// A buffer of the heap: `capacity` entries.
    pub entries: Cell<*mut Entry>,
    /// A buffer of the heap: 2^log2 entry numbers plus one; 0 = free, u32::MAX = deleted.
    pub index: Cell<*mut u32>,
}

impl HeapObject for Dict {
    const KIND: Kind = Kind::Dict;
    fn trace(&self, m: &mut Marker) {
        if self.capacity.get() != 0 {
            m.bytes(self.entries.get().cast());
            m.bytes(self.index.get().cast());
            for entry in self.entries() {
                if entry.key != MISSING {
                    m.value(entry.key);
                    m.value(entry.value);
                }
            }
        }
    }
}

const DELETED: u32 = u32::MAX;

impl Dict {
    pub fn new() -> Gc<Dict> {
        heap::alloc(types_dict_shape(), Dict::empty())
    }
    /// For `heap::alloc_instance` of subclasses.
    pub fn empty() -> Dict {
        Dict {
            header: new_header(),
            keys_version: Cell::new(0),
            log2: Cell::new(0),
            len: Cell::new(0),
            used: Cell::new(0),
            capacity: Cell::new(0),
            entries: Cell::new(core::ptr::null_mut()),
            index: Cell::new(core::ptr::null_mut()),
        }
    }
    pub fn handle(&self) -> Gc<Dict> {
        // SAFETY: a Dict is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const Dict as usize) }
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// All entries in order, deleted ones (key MISSING) included. Do not hold the slice across anything that may run Python code.
    pub fn entries(&self) -> &[Entry] {
        if self.used.get() == 0 {
            return &[];
        }
        // SAFETY: the first `used` entries are initialised.
        unsafe { core::slice::from_raw_parts(self.entries.get(), self.used.get()) }
    }
    /// The first live entry at or after `position`, with the position after it: iteration that survives changes.
    pub fn next_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let entries = self.entries();
        let mut at = position;
        while let Some(entry) = entries.get(at) {
            at += 1;
            if entry.key != MISSING {
                return Some((at, entry.key, entry.value));
            }
        }
        None
    }
    /// A number for the present set of keys (see the file's head).
    pub fn current_keys_version(&self) -> u32 {
        if self.keys_version.get() == 0 {
            let next = vm().next_keys_version.get() + 1;
            vm().next_keys_version.set(next);
            self.keys_version.set(next);
        }
        self.keys_version.get()
    }

    #[inline]
    fn slot_of(&self, hash: i64) -> usize {
        ((hash as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - self.log2.get())) as usize
    }

    /// The entry with `key`, compared by identity or `==`. May run Python code; restarts when that changed the table.
    pub fn find(&self, key: Value, hash: i64) -> R<Option<usize>> {
        'restart: loop {
            if self.len.get() == 0 {
                return Ok(None);
            }
            let mask = (1usize << self.log2.get()) - 1;
            let mut slot = self.slot_of(hash);
            let (entries, index) = (self.entries.get(), self.index.get());
            loop {
                // SAFETY: slots are masked; the index is never full, so that the loop ends at a free slot.
                let number = unsafe { *index.add(slot) };
                if number == 0 {
                    return Ok(None);
                }
                if number != DELETED {
                    // SAFETY: a number in the index is that of an entry, plus one.
                    let entry = unsafe { *entries.add(number as usize - 1) };
                    if entry.key == key {
                        return Ok(Some(number as usize - 1));
                    }
                    if entry.hash == hash {
                        if let (Some(a), Some(b)) = (entry.key.downcast::<Str>(), key.downcast::<Str>())
                            && is_exact_str(entry.key)
                            && is_exact_str(key)
                        {
                            if a.equals(&b) {
                                return Ok(Some(number as usize - 1));
                            }
                        } else {
                            let equal = crate::ops::equal(entry.key, key)?;
                            let same_table = core::ptr::eq(self.entries.get(), entries) && core::ptr::eq(self.index.get(), index);
                            // SAFETY: the table is the same one, so the entry still exists.
                            if !same_table || unsafe { (*entries.add(number as usize - 1)).key } != entry.key {
                                continue 'restart;
                            }
                            if equal {
                                return Ok(Some(number as usize - 1));
                            }
                        }
                    }
                }
                slot = (slot + 1) & mask;
            }
        }
    }

    /// As `find` for an exact str, against str keys: never runs Python code unless a key is of another type.
    #[inline]
    pub fn find_str(&self, key: Gc<Str>) -> Option<usize> {
        self.find(key.value(), key.hash()).ok().flatten()
    }

    pub fn get(&self, key: Value) -> R<Option<Value>> {
        let hash = crate::ops::hash(key)?;
        Ok(self.find(key, hash)?.map(|at| self.entries()[at].value))
    }
    pub fn get_with_hash(&self, key: Value, hash: i64) -> R<Option<Value>> {
        Ok(self.find(key, hash)?.map(|at| self.entries()[at].value))
    }
    pub fn get_str(&self, key: Gc<Str>) -> Option<Value> {
        self.find_str(key).map(|at| self.entries()[at].value)
    }
    /// `text` need not exist as an object.
    pub fn get_text(&self, text: &str) -> Option<Value> {
        self.get_str(crate::vm::intern(text))
    }
    pub fn set(&self, key: Value, value: Value) -> R<()> {
        let hash = crate::ops::hash(key)?;
        self.set_with_hash(key, hash, value)
    }
    pub fn set_with_hash(&self, key: Value, hash: i64, value: Value) -> R<()> {
        match self.find(key, hash)? {
            Some(at) => self.replace(at, value),
            None => self.insert_new(key, hash, value)?,
        }
        Ok(())
    }
    /// For names; memory for one more entry is assumed.
    pub fn set_str(&self, key: Gc<Str>, value: Value) {
        let hash = key.hash();
        match self.find_str(key) {
            Some(at) => self.replace(at, value),
            None => self.insert_new(key.value(), hash, value).expect("memory for a name"),
        }
    }
    pub fn replace(&self, at: usize, value: Value) {
        assert!(at < self.used.get());
        // SAFETY: checked above.
        unsafe { (*self.entries.get().add(at)).value = value };
        heap::write_barrier(self.handle().value());
    }
    /// The caller knows that the key is not there.
    pub fn insert_new(&self, key: Value, hash: i64, value: Value) -> R<()> {
        if self.used.get() == self.capacity.get() {
            self.grow()?;
        }
        let at = self.used.get();
        // SAFETY: there is room for one more entry.
        unsafe { *self.entries.get().add(at) = Entry { hash, key, value } };
        self.used.set(at + 1);
        self.len.set(self.len.get() + 1);
        self.link(hash, at);
        self.keys_version.set(0);
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    fn link(&self, hash: i64, at: usize) {
        let mask = (1usize << self.log2.get()) - 1;
        let mut slot = self.slot_of(hash);
        // SAFETY: slots are masked; the index is at most half full.
        unsafe {
            while *self.index.get().add(slot) != 0 && *self.index.get().add(slot) != DELETED {
                slot = (slot + 1) & mask;
            }
            *self.index.get().add(slot) = at as u32 + 1;
        }
    }
    /// Takes the entry out. The position of the others stays.
    pub fn remove_at(&self, at: usize) -> (Value, Value) {
        let entry = self.entries()[at];
        let mask = (1usize << self.log2.get()) - 1;
        let mut slot = self.slot_of(entry.hash);
        // SAFETY: the entry is linked, so the loop meets its number; slots are masked.
        unsafe {
            while *self.index.get().add(slot) != at as u32 + 1 {
                slot = (slot + 1) & mask;
            }
            *self.index.get().add(slot) = DELETED;
            *self.entries.get().add(at) = Entry { hash: 0, key: MISSING, value: MISSING };
        }
        self.len.set(self.len.get() - 1);
        self.keys_version.set(0);
        if self.len.get() == 0 {
            self.reset();
        }
        (entry.key, entry.value)
    }
    fn reset(&self) {
        // SAFETY: the index has 2^log2 words.
        unsafe { core::ptr::write_bytes(self.index.get(), 0, 1 << self.log2.get()) };
        self.used.set(0);
    }
    pub fn remove(&self, key: Value) -> R<Option<Value>> {
        let hash = crate::ops::hash(key)?;
        Ok(self.find(key, hash)?.map(|at| self.remove_at(at).1))
    }
    pub fn remove_str(&self, key: Gc<Str>) -> Option<Value> {
        self.find_str(key).map(|at| self.remove_at(at).1)
    }
    pub fn clear(&self) {
        self.keys_version.set(0);
        self.len.set(0);
        self.used.set(0);
        self.capacity.set(0);
        self.log2.set(0);
    }
    /// Room for one more entry: compacts, or doubles.
    fn grow(&self) -> R<()> {
        let live = self.len.get();
        let log2 = if live == 0 { 3 } else { (live * 3 + 1).next_power_of_two().trailing_zeros().max(3) };
        self.rebuild(log2)
    }
    /// A table of 2^log2 slots, entries for half of them, without the deleted ones.
    fn rebuild(&self, log2: u32) -> R<()> {
        let capacity = (1usize << log2) / 2;
        if capacity >= DELETED as usize {
            return Err(memory_error());
        }
        let Some(entries) = heap::try_alloc_values(capacity.checked_mul(3).ok_or_else(memory_error)?) else { return Err(memory_error()) };
        let entries = entries.cast::<Entry>();
        let Some(index) = heap::try_alloc_bytes(4 << log2) else { return Err(memory_error()) };
        let mut used = 0;
        for entry in self.entries() {
            if entry.key != MISSING {
                // SAFETY: live entries are fewer than the new capacity.
                unsafe { *entries.add(used) = *entry };
                used += 1;
            }
        }
        self.entries.set(entries);
        self.index.set(index.cast());
        self.capacity.set(capacity);
        self.log2.set(log2);
        self.used.set(used);
        self.keys_version.set(0);
        for at in 0..used {
            // SAFETY: at < used.
            self.link(unsafe { (*entries.add(at)).hash }, at);
        }
        heap::write_barrier(self.handle().value());
        Ok(())
    }
}

fn types_dict_shape() -> u32 {
    vm().types.get().map_or(crate::defs::SHAPE_DICT, |_| types().dict.root_shape.get())
}

fn is_exact_str(value: Value) -> bool {
    value.header().shape.get() == crate::defs::SHAPE_STR
}

#[repr(C)]
pub struct DictView {
    pub header: Header,
    pub dict: Field<Gc<Dict>>,
    pub part: Part,
}

/// What a view or an iterator of a dict yields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Part {
    Keys,
    Values,
    Items,
}

impl HeapObject for DictView {
    const KIND: Kind = Kind::DictView;
    fn trace(&self, m: &mut Marker) {
        m.object(self.dict.get());
    }
}

#[repr(C)]
pub struct DictIter {
    pub header: Header,
    /// NULL when exhausted.
    pub dict: Field<Value>,
    pub position: Cell<usize>,
    /// `len` of the dict when the iterator was made: a difference raises.
    pub expected_len: Cell<usize>,
    pub part: Part,
    pub reversed: bool,
}

impl HeapObject for DictIter {
    const KIND: Kind = Kind::DictIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.dict.get());
    }
}
