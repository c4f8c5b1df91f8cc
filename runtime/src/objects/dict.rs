//! dict: the compact table that keeps insertion order, and the operations that others build on. Not
//! here: methods (`dict_methods.rs`).
//!
//! `entries` holds (hash, key, value) in insertion order, a deleted one with key MISSING; `index`
//! is an open-addressed table of entry numbers, at most half full (Fibonacci hashing), the marks of
//! deleted ones counted. `keys_version` names a state of the set of keys: it changes whenever a key
//! comes or goes or entries move, not when a value is replaced, so that an inline cache may hold
//! (version, entry number).

use crate::error::{R, memory_error};
use crate::heap::{self, Marker, Table};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::str::Str;
use crate::objects::support::{hash_key, is_exact_str};
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
    /// DELETED marks in `index`. Live entries and marks together never exceed `capacity`, so every
    /// probe ends.
    pub tombstones: Cell<usize>,
    /// No entry before this one is live: dicts that serve as queues are emptied from the front.
    pub front: Cell<usize>,
}

impl HeapObject for Dict {
    const KIND: Kind = Kind::Dict;
    fn trace(&self, m: &mut Marker) {
        if self.capacity.get() != 0 {
            m.bytes(self.entries.get().cast());
            m.bytes(self.index.get().cast());
            const WORD: usize = size_of::<Value>();
            m.table(Table {
                first: self.entries().as_ptr().cast(),
                len: self.entries().len(),
                stride: size_of::<Entry>() / WORD,
                key: core::mem::offset_of!(Entry, key) / WORD,
                value: core::mem::offset_of!(Entry, value) / WORD,
            });
        }
    }
}

const DELETED: u32 = u32::MAX;

/// What a search without comparisons came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seek {
    Found,
    Absent,
    /// Another key of the same hash: only a comparison tells.
    Unsure,
}

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
            tombstones: Cell::new(0),
            front: Cell::new(0),
        }
    }
    pub fn handle(&self) -> Gc<Dict> {
        // SAFETY: a Dict is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const Dict as usize) }
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// All entries in order, deleted ones (key MISSING) included. Do not hold the slice across
    /// anything that may run Python code.
    pub fn entries(&self) -> &[Entry] {
        if self.used.get() == 0 {
            return &[];
        }
        // SAFETY: the first `used` entries are initialised.
        unsafe { core::slice::from_raw_parts(self.entries.get(), self.used.get()) }
    }
    /// The first live entry at or after `position`, with the position after it: iteration that
    /// survives changes.
    pub fn next_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let entries = self.entries();
        let mut at = position.max(self.front.get());
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

    /// The entry with `key`, compared by identity or `==`. May run Python code.
    pub fn find(&self, key: Value, hash: i64) -> R<Option<usize>> {
        self.find_inline(key, hash)
    }
    /// As `find`, for those who look up and do little else.
    #[inline(always)]
    fn find_inline(&self, key: Value, hash: i64) -> R<Option<usize>> {
        match self.find_identical(key, hash) {
            (at, Seek::Found) => Ok(Some(at)),
            (_, Seek::Absent) => Ok(None),
            (_, Seek::Unsure) => self.find_equal(key, hash),
        }
    }
    /// As far as it goes without a comparison.
    #[inline(always)]
    fn find_identical(&self, key: Value, hash: i64) -> (usize, Seek) {
        if self.len.get() == 0 {
            return (0, Seek::Absent);
        }
        let mask = (1usize << self.log2.get()) - 1;
        let mut slot = self.slot_of(hash);
        let (entries, index) = (self.entries.get(), self.index.get());
        loop {
            // SAFETY: as in `find_equal`.
            let number = unsafe { *index.add(slot) };
            if number == 0 {
                return (0, Seek::Absent);
            }
            if number != DELETED {
                let at = number as usize - 1;
                // SAFETY: as in `find_equal`.
                let entry = unsafe { &*entries.add(at) };
                if entry.key == key {
                    return (at, Seek::Found);
                }
                if entry.hash == hash {
                    return (at, Seek::Unsure);
                }
            }
            slot = (slot + 1) & mask;
        }
    }
    /// Restarts when a comparison changed the table.
    #[inline(never)]
    fn find_equal(&self, key: Value, hash: i64) -> R<Option<usize>> {
        'restart: loop {
            if self.len.get() == 0 {
                return Ok(None);
            }
            let mask = (1usize << self.log2.get()) - 1;
            let mut slot = self.slot_of(hash);
            let (entries, index) = (self.entries.get(), self.index.get());
            loop {
                // SAFETY: slots are masked; the index is never full, so that the loop ends at a
                // free slot.
                let number = unsafe { *index.add(slot) };
                if number == 0 {
                    return Ok(None);
                }
                if number != DELETED {
                    let at = number as usize - 1;
                    // SAFETY: a number in the index is that of an entry, plus one.
                    let entry = unsafe { *entries.add(at) };
                    if entry.key == key {
                        return Ok(Some(at));
                    }
                    if entry.hash == hash {
                        match equal_without_call(entry.key, key) {
                            Some(true) => return Ok(Some(at)),
                            Some(false) => {}
                            None => {
                                let equal = crate::ops::equal(entry.key, key)?;
                                if !self.is_still(entries, index, at, entry.key) {
                                    continue 'restart;
                                }
                                if equal {
                                    return Ok(Some(at));
                                }
                            }
                        }
                    }
                }
                slot = (slot + 1) & mask;
            }
        }
    }

    /// After a call into Python: the same table, with the same key in the same entry.
    fn is_still(&self, entries: *mut Entry, index: *mut u32, at: usize, key: Value) -> bool {
        core::ptr::eq(self.entries.get(), entries)
            && core::ptr::eq(self.index.get(), index)
            && self.entries().get(at).is_some_and(|entry| entry.key == key)
    }

    /// As `find` for an exact str, against str keys: never runs Python code unless a key is of
    /// another type.
    #[inline]
    pub fn find_str(&self, key: Gc<Str>) -> Option<usize> {
        self.find(key.value(), key.hash()).ok().flatten()
    }
    /// The entry `at`, for a number that `find` gave out and nothing ran since.
    #[inline]
    pub fn value_at(&self, at: usize) -> Value {
        self.entries()[at].value
    }

    pub fn get(&self, key: Value) -> R<Option<Value>> {
        let hash = hash_key(key)?;
        // SAFETY: `find` gives the number of an entry.
        Ok(self.find_inline(key, hash)?.map(|at| unsafe { (*self.entries.get().add(at)).value }))
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
        let hash = hash_key(key)?;
        self.set_with_hash(key, hash, value)
    }
    pub fn set_with_hash(&self, key: Value, hash: i64, value: Value) -> R<()> {
        match self.find_inline(key, hash)? {
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
        if self.used.get() == self.capacity.get()
            || self.len.get() + self.tombstones.get() >= self.capacity.get()
        {
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
            if *self.index.get().add(slot) == DELETED {
                self.tombstones.set(self.tombstones.get() - 1);
            }
            *self.index.get().add(slot) = at as u32 + 1;
        }
    }
    /// Takes the entry out. The position of the others stays.
    pub fn remove_at(&self, at: usize) -> (Value, Value) {
        let entry = self.entries()[at];
        assert!(entry.key != MISSING);
        self.unlink(entry.hash, at);
        // SAFETY: `at` is below `used`, checked by the index above.
        unsafe { *self.entries.get().add(at) = Entry { hash: 0, key: MISSING, value: MISSING } };
        self.len.set(self.len.get() - 1);
        self.keys_version.set(0);
        if self.len.get() == 0 {
            self.reuse_when_empty();
        } else if at == self.front.get() {
            let first = self.entries()[at..].iter().position(|entry| entry.key != MISSING);
            self.front.set(first.map_or(0, |first| at + first));
        }
        (entry.key, entry.value)
    }
    /// Frees the index slot of an entry. A mark is left only where a probe may have to pass.
    fn unlink(&self, hash: i64, at: usize) {
        let mask = (1usize << self.log2.get()) - 1;
        let mut slot = self.slot_of(hash);
        let index = self.index.get();
        // SAFETY: the entry is linked, so the loop meets its number; slots are masked, and some
        // slot is free.
        unsafe {
            while *index.add(slot) != at as u32 + 1 {
                slot = (slot + 1) & mask;
            }
            if *index.add((slot + 1) & mask) != 0 {
                *index.add(slot) = DELETED;
                self.tombstones.set(self.tombstones.get() + 1);
                return;
            }
            *index.add(slot) = 0;
            slot = slot.wrapping_sub(1) & mask;
            while *index.add(slot) == DELETED {
                *index.add(slot) = 0;
                self.tombstones.set(self.tombstones.get() - 1);
                slot = slot.wrapping_sub(1) & mask;
            }
        }
    }
    /// Entries start from 0 again, once all were used: an iteration meets what is added meanwhile, as in CPython.
    fn reuse_when_empty(&self) {
        if self.used.get() < self.capacity.get() {
            self.front.set(self.used.get());
            return;
        }
        if self.tombstones.get() != 0 {
            // SAFETY: the index has 2^log2 words.
            unsafe { core::ptr::write_bytes(self.index.get(), 0, 1 << self.log2.get()) };
            self.tombstones.set(0);
        }
        self.used.set(0);
        self.front.set(0);
    }
    /// The last live entry before `position`, with its place.
    pub fn previous_entry(&self, position: usize) -> Option<(usize, Value, Value)> {
        let entries = self.entries();
        let before = &entries[..position.min(entries.len())];
        let at = before.iter().rposition(|entry| entry.key != MISSING)?;
        Some((at, before[at].key, before[at].value))
    }
    /// Takes the last entry out (`popitem`).
    pub fn pop_last(&self) -> Option<(Value, Value)> {
        if self.len.get() == 0 {
            return None;
        }
        let at = self.entries().iter().rposition(|entry| entry.key != MISSING)?;
        let taken = self.remove_at(at);
        // Deleted entries at the end cost nothing to forget: no number in the index is theirs.
        self.used.set(self.used.get().min(at));
        self.front.set(self.front.get().min(at));
        Some(taken)
    }
    pub fn remove(&self, key: Value) -> R<Option<Value>> {
        let hash = hash_key(key)?;
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
        self.tombstones.set(0);
        self.front.set(0);
        self.entries.set(core::ptr::null_mut());
        self.index.set(core::ptr::null_mut());
    }
    /// Exchanges the contents of two dicts.
    pub fn swap(&self, other: &Dict) {
        self.keys_version.set(0);
        other.keys_version.set(0);
        self.log2.swap(&other.log2);
        self.len.swap(&other.len);
        self.used.swap(&other.used);
        self.capacity.swap(&other.capacity);
        self.entries.swap(&other.entries);
        self.index.swap(&other.index);
        self.tombstones.swap(&other.tombstones);
        self.front.swap(&other.front);
        heap::write_barrier(self.handle().value());
        heap::write_barrier(other.handle().value());
    }
    /// Room for `more` further entries without growth in between.
    pub fn reserve(&self, more: usize) -> R<()> {
        let needed = self.len.get().checked_add(more).ok_or_else(memory_error)?;
        let taken = self.used.get().max(self.len.get() + self.tombstones.get());
        if more <= self.capacity.get() - taken {
            return Ok(());
        }
        let slots = needed
            .checked_mul(2)
            .and_then(usize::checked_next_power_of_two)
            .ok_or_else(memory_error)?;
        self.rebuild(slots.trailing_zeros().max(3))
    }
    /// A plain dict with the same entries.
    pub fn copied(&self) -> R<Gc<Dict>> {
        let copy = Dict::new();
        if self.len.get() == 0 {
            return Ok(copy);
        }
        copy.reserve(self.len.get())?;
        for entry in self.entries() {
            if entry.key != MISSING {
                copy.insert_new(entry.key, entry.hash, entry.value)?;
            }
        }
        Ok(copy)
    }
    /// Room for one more entry: compacts, or doubles.
    fn grow(&self) -> R<()> {
        let live = self.len.get();
        let log2 =
            if live == 0 { 3 } else { (live * 3 + 1).next_power_of_two().trailing_zeros().max(3) };
        self.rebuild(log2)
    }
    /// A table of 2^log2 slots, entries for half of them, without the deleted ones.
    fn rebuild(&self, log2: u32) -> R<()> {
        // Entry numbers are u32.
        if log2 > 32 {
            return Err(memory_error());
        }
        let capacity = (1usize << log2) / 2;
        let Some(entries) =
            heap::try_alloc_unset(capacity.checked_mul(3).ok_or_else(memory_error)?)
        else {
            return Err(memory_error());
        };
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
        self.tombstones.set(0);
        self.front.set(0);
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

/// Equality of two keys with the same hash where the types tell it without a call.
#[inline]
fn equal_without_call(a: Value, b: Value) -> Option<bool> {
    if is_exact_str(a) && is_exact_str(b) {
        return Some(a.cast::<Str>().equals(&b.cast::<Str>()));
    }
    // Small ints with the same value are the same word.
    if Value::both_int(a, b) { Some(false) } else { None }
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
    /// Entries not yielded yet, by the length at the start.
    pub remaining: Cell<usize>,
    pub part: Part,
    /// `position` is then one more than the next entry's.
    pub reversed: bool,
}

impl HeapObject for DictIter {
    const KIND: Kind = Kind::DictIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.dict.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletion_leaves_a_sound_table() {
        crate::bootstrap::start();
        let dict = Dict::new();
        let mut model: Vec<(i64, i64)> = Vec::new();
        let mut seed = 12345u64;
        for round in 0..20_000 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let key = (seed >> 33) as i64 % 50;
            let at = model.iter().position(|(k, _)| *k == key);
            match (seed >> 60) % 3 {
                0 => {
                    let removed = dict.remove(Value::int(key)).expect("ints compare");
                    assert_eq!(removed.map(|v| v.unbox_int()), at.map(|at| model.remove(at).1));
                }
                1 if round % 7 == 0 => {
                    let popped = dict.pop_last().map(|(k, v)| (k.unbox_int(), v.unbox_int()));
                    assert_eq!(popped, model.pop());
                }
                _ => {
                    dict.set(Value::int(key), Value::int(round)).expect("memory");
                    match at {
                        Some(at) => model[at].1 = round,
                        None => model.push((key, round)),
                    }
                }
            }
            assert_eq!(dict.len(), model.len());
        }
        let live: Vec<(i64, i64)> = dict
            .entries()
            .iter()
            .filter(|e| e.key != MISSING)
            .map(|e| (e.key.unbox_int(), e.value.unbox_int()))
            .collect();
        assert_eq!(live, model);
        assert!(dict.capacity.get() <= 256);
        dict.clear();
        assert_eq!(dict.get(Value::int(3)).expect("ints compare"), None);
    }
}
