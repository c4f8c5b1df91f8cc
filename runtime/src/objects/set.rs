//! set and frozenset: the table. Not here: slots and methods (`set_methods.rs`), operations on two
//! sets (`set_algebra.rs`).
//!
//! Programs print sets, so elements lie where CPython puts them: an open-addressed table that is
//! probed nine slots in a row before it jumps, grows fourfold (twofold when large) at three fifths
//! full, and keeps the slots of removed elements until then, or until an element comes to lie there.

use crate::error::{R, memory_error};
use crate::heap::{self, Marker, Table};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::objects::str::Str;
use crate::objects::support::{hash_element, is_exact_str, plain_hash};
use crate::value::{MISSING, NULL, Value};
use crate::vm::types;
use core::cell::Cell;

#[derive(Clone, Copy)]
#[repr(C)]
pub struct Slot {
    /// NULL: never used. MISSING: removed.
    pub key: Value,
    pub hash: i64,
}

const FREE: Slot = Slot { key: NULL, hash: 0 };
const REMOVED: Slot = Slot { key: MISSING, hash: -1 };

impl Slot {
    /// Holds an element.
    #[inline]
    pub fn is_taken(&self) -> bool {
        // NULL is 0: what has a bit outside MISSING's is neither.
        const _: () = assert!(NULL.0 == 0 && MISSING.0.is_power_of_two());
        self.key.0 & !MISSING.0 != 0
    }
}

/// The elements of a set that does not change meanwhile. Eight slots are looked at together: which of them are taken is not to be
/// guessed, so a branch for each would mostly go wrong.
pub struct Elements {
    /// Keeps the table alive too.
    set: Gc<Set>,
    /// The first slot that has not been looked at.
    first: usize,
    /// Bit n: slot `first - MIN_SLOTS + n` is still to be visited.
    taken: u32,
}

impl Elements {
    /// Looks at eight slots more. None: there are no more.
    #[inline]
    fn look(&mut self) -> Option<()> {
        let eight: &[Slot; MIN_SLOTS] = self.set.slots().get(self.first..)?.first_chunk()?;
        self.first += MIN_SLOTS;
        for (n, slot) in eight.iter().enumerate() {
            self.taken |= u32::from(slot.is_taken()) << n;
        }
        Some(())
    }
    /// The next element with the position after it.
    #[inline]
    fn next_with_position(&mut self) -> Option<(usize, Slot)> {
        while self.taken == 0 {
            self.look()?;
        }
        let at = self.first - MIN_SLOTS + self.taken.trailing_zeros() as usize;
        self.taken &= self.taken - 1;
        Some((at + 1, *self.set.slots().get(at)?))
    }
}

impl Iterator for Elements {
    type Item = Slot;
    #[inline]
    fn next(&mut self) -> Option<Slot> {
        Some(self.next_with_position()?.1)
    }
}

/// set and frozenset share the layout.
#[repr(C)]
pub struct Set {
    pub header: Header,
    /// Slots less one; 0 without a table.
    pub mask: Cell<usize>,
    /// Slots in use, removed ones included.
    pub fill: Cell<usize>,
    /// Elements.
    pub used: Cell<usize>,
    /// A buffer of the heap: `mask + 1` slots; null without a table.
    pub slots: Cell<*mut Slot>,
    /// Where `pop` goes on searching.
    pub finger: Cell<usize>,
    /// Of a frozenset; 0 = not computed yet.
    pub hash: Cell<i64>,
    /// A Bloom filter: the bit `mark` of every element; with `LOST`, perhaps of removed ones too.
    filter: Cell<u64>,
}

/// In a set's `Header::flags`: elements were removed since the table was made.
const LOST: u16 = 1;

/// The bit of a set's filter for elements whose comparison may run Python code. Hashes whose bit it would be have it too.
const NOT_PLAIN: u64 = 1 << 63;

/// The bit of a hash in a filter.
#[inline]
fn mark(hash: i64) -> u64 {
    1 << (hash & 63)
}

impl HeapObject for Set {
    const KIND: Kind = Kind::Set;
    fn trace(&self, m: &mut Marker) {
        if !self.slots.get().is_null() {
            m.bytes(self.slots.get().cast());
            const WORD: usize = size_of::<Value>();
            let key = core::mem::offset_of!(Slot, key) / WORD;
            m.table(Table {
                first: self.slots().as_ptr().cast(),
                len: self.slots().len(),
                stride: size_of::<Slot>() / WORD,
                key,
                value: key,
            });
        }
    }
    fn has_kind(kind: Kind) -> bool {
        kind == Kind::Set || kind == Kind::FrozenSet
    }
}

/// The same layout as `Set`, under its own kind.
#[repr(C)]
pub struct FrozenSet {
    pub set: Set,
}

impl HeapObject for FrozenSet {
    const KIND: Kind = Kind::FrozenSet;
    fn trace(&self, m: &mut Marker) {
        self.set.trace(m);
    }
}

/// What `seek` came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seek {
    Found,
    /// Not in the table; the place is free.
    Free,
    /// Another key of the same hash: only a comparison tells.
    Unsure,
}

/// The smallest table.
const MIN_SLOTS: usize = 8;
/// Slots looked at in a row before the probe jumps.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
/// Above this many elements the table doubles instead of growing fourfold.
const LARGE: usize = 50_000;

/// The slots that a hash visits, for ever: a run of neighbours, then a jump.
struct Probe {
    mask: usize,
    start: usize,
    perturb: u64,
    step: usize,
    steps: usize,
}

impl Probe {
    #[inline]
    fn new(hash: i64, mask: usize) -> Probe {
        let start = hash as usize & mask;
        Probe { mask, start, perturb: hash as u64, step: 0, steps: Probe::steps(start, mask) }
    }
    #[inline]
    fn steps(start: usize, mask: usize) -> usize {
        if start + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
    }
    #[inline]
    fn slot(&self) -> usize {
        self.start + self.step
    }
    #[inline]
    fn advance(&mut self) {
        if self.step < self.steps {
            self.step += 1;
            return;
        }
        self.perturb >>= PERTURB_SHIFT;
        self.start = self.start.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize)
            & self.mask;
        self.step = 0;
        self.steps = Probe::steps(self.start, self.mask);
    }
}

impl Set {
    pub fn new() -> Gc<Set> {
        heap::alloc(types().set.root_shape.get(), Set::empty())
    }
    pub fn empty() -> Set {
        Set {
            header: new_header(),
            mask: Cell::new(0),
            fill: Cell::new(0),
            used: Cell::new(0),
            slots: Cell::new(core::ptr::null_mut()),
            finger: Cell::new(0),
            hash: Cell::new(0),
            filter: Cell::new(0),
        }
    }
    pub fn new_frozen() -> Gc<Set> {
        Set::of_class(types().frozenset)
    }
    /// An empty instance of set, frozenset or a subclass of either.
    pub fn of_class(class: Gc<Class>) -> Gc<Set> {
        if class.kind.get() == Kind::FrozenSet {
            let frozen = heap::alloc_instance(class, FrozenSet { set: Set::empty() });
            return frozen.value().cast();
        }
        heap::alloc_instance(class, Set::empty())
    }
    pub fn from_iterable(iterable: Value) -> R<Gc<Set>> {
        let set = Set::new();
        set.update(iterable)?;
        Ok(set)
    }
    pub fn handle(&self) -> Gc<Set> {
        // SAFETY: a Set is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const Set as usize) }
    }
    pub fn len(&self) -> usize {
        self.used.get()
    }
    /// All slots. Do not hold the slice across anything that may run Python code.
    pub fn slots(&self) -> &[Slot] {
        if self.slots.get().is_null() {
            return &[];
        }
        // SAFETY: the table has `mask + 1` initialised slots.
        unsafe { core::slice::from_raw_parts(self.slots.get(), self.mask.get() + 1) }
    }
    /// The first element at or after `position`, with the position after it and its hash.
    #[inline]
    pub fn next_entry(&self, position: usize) -> Option<(usize, Value, i64)> {
        let slots = self.slots();
        let mut at = position;
        while let Some(slot) = slots.get(at) {
            at += 1;
            if slot.is_taken() {
                return Some((at, slot.key, slot.hash));
            }
        }
        None
    }
    #[inline]
    pub fn elements(&self) -> Elements {
        self.elements_from(0)
    }
    /// The elements at and after a position.
    #[inline]
    pub fn elements_from(&self, position: usize) -> Elements {
        let mut elements = Elements { set: self.handle(), first: position & !(MIN_SLOTS - 1), taken: 0 };
        elements.look();
        elements.taken &= u32::MAX << (position % MIN_SLOTS);
        elements
    }
    /// No element's comparison with one of another such set runs Python code.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.filter.get() & NOT_PLAIN == 0
    }
    /// The filter without the marks of removed elements.
    fn exact_filter(&self) -> u64 {
        if self.header.flags.get() & LOST == 0 {
            return self.filter.get();
        }
        self.elements().fold(self.filter.get() & NOT_PLAIN, |filter, slot| filter | mark(slot.hash))
    }
    /// True only if no element has the hash of one of `other`. False tells nothing.
    #[inline]
    pub fn surely_shares_none_with(&self, other: &Set) -> bool {
        self.filter.get() & other.filter.get() & !NOT_PLAIN == 0 && (self.is_plain() || other.is_plain())
    }
    /// True only if an element is not in `other`. False tells nothing.
    #[inline]
    pub fn surely_has_more_than(&self, other: &Set) -> bool {
        // The marks of removed elements say nothing of this set.
        self.header.flags.get() & LOST == 0 && self.filter.get() & !other.filter.get() != 0
    }

    /// `find` as far as it goes without Python code, in a table that is there. Only `TO_ADD` tells where to put what is not there. Pairs
    /// travel in registers.
    #[inline]
    fn seek<const TO_ADD: bool>(&self, key: Value, hash: i64) -> (usize, Seek) {
        let slots = self.slots.get();
        let mut probe = Probe::new(hash, self.mask.get());
        let mut removed = usize::MAX;
        loop {
            let at = probe.slot();
            // SAFETY: the probe stays in the table, which always has a free slot.
            let slot = unsafe { *slots.add(at) };
            if slot.key == NULL {
                return (if TO_ADD && removed != usize::MAX { removed } else { at }, Seek::Free);
            }
            if slot.hash == hash {
                if slot.key == key {
                    return (at, Seek::Found);
                }
                if !Value::both_int(slot.key, key) {
                    return (at, Seek::Unsure);
                }
            } else if TO_ADD && slot.hash == REMOVED.hash {
                removed = at;
            }
            probe.advance();
        }
    }
    /// The slot of `key`, or else the one to put it into: the last on the way whose element was removed, else the free one at its end.
    /// May run Python code; restarts when that changed the table.
    fn find(&self, key: Value, hash: i64) -> R<Result<usize, usize>> {
        'restart: loop {
            if self.slots.get().is_null() {
                self.resize(0)?;
            }
            match self.seek::<true>(key, hash) {
                (at, Seek::Found) => return Ok(Ok(at)),
                (at, Seek::Free) => return Ok(Err(at)),
                _ => {}
            }
            let slots = self.slots.get();
            let mut probe = Probe::new(hash, self.mask.get());
            let mut removed = None;
            loop {
                let at = probe.slot();
                // SAFETY: the probe stays in the table, which always has a free slot.
                let slot = unsafe { *slots.add(at) };
                if slot.key == NULL {
                    return Ok(Err(removed.unwrap_or(at)));
                }
                if slot.hash == REMOVED.hash {
                    removed = Some(at);
                } else if slot.hash == hash {
                    if slot.key == key {
                        return Ok(Ok(at));
                    }
                    if is_exact_str(slot.key) && is_exact_str(key) {
                        if slot.key.cast::<Str>().equals(&key.cast::<Str>()) {
                            return Ok(Ok(at));
                        }
                    } else if !Value::both_int(slot.key, key) {
                        let equal = crate::ops::equal(slot.key, key)?;
                        let same_table = core::ptr::eq(self.slots.get(), slots);
                        if !same_table || self.slots()[at].key != slot.key {
                            continue 'restart;
                        }
                        if equal {
                            return Ok(Ok(at));
                        }
                    }
                }
                probe.advance();
            }
        }
    }

    pub fn contains(&self, key: Value) -> R<bool> {
        self.contains_with_hash(key, hash_element(key)?)
    }
    #[inline]
    pub fn contains_with_hash(&self, key: Value, hash: i64) -> R<bool> {
        // Without a table the filter is empty.
        if self.filter.get() & mark(hash) == 0 {
            return Ok(false);
        }
        match self.seek::<false>(key, hash).1 {
            Seek::Unsure => Ok(self.find(key, hash)?.is_ok()),
            sought => Ok(sought == Seek::Found),
        }
    }
    pub fn add(&self, key: Value) -> R<()> {
        self.add_with_hash(key, hash_element(key)?)
    }
    pub fn add_with_hash(&self, key: Value, hash: i64) -> R<()> {
        let Err(at) = self.find(key, hash)? else { return Ok(()) };
        self.put_new(at, Slot { key, hash })
    }
    /// Adds `key` if that takes no Python code; else, and when there is no memory, it does nothing and answers false.
    pub fn take(&self, key: Value) -> bool {
        let Some(hash) = plain_hash(key) else { return false };
        if self.slots.get().is_null() && self.resize(0).is_err() {
            return false;
        }
        match self.seek::<true>(key, hash) {
            (_, Seek::Found) => true,
            (at, Seek::Free) => self.put_new(at, Slot { key, hash }).is_ok(),
            _ => false,
        }
    }
    /// Fills a slot without an element. An error: there is no memory, and nothing has been done.
    fn put_new(&self, at: usize, slot: Slot) -> R<()> {
        let was_removed = self.put(at, slot).key == MISSING;
        let before = self.filter.get();
        let kind = if plain_hash(slot.key).is_some() { 0 } else { NOT_PLAIN };
        self.filter.set(before | mark(slot.hash) | kind);
        self.used.set(self.used.get() + 1);
        if was_removed {
            return Ok(());
        }
        self.fill.set(self.fill.get() + 1);
        if self.fill.get() * 5 < self.mask.get() * 3 {
            return Ok(());
        }
        self.resize(self.roomy()).inspect_err(|_| {
            self.put(at, FREE);
            self.filter.set(before);
            self.fill.set(self.fill.get() - 1);
            self.used.set(self.used.get() - 1);
        })
    }
    /// True when it was there.
    pub fn discard(&self, key: Value) -> R<bool> {
        self.discard_with_hash(key, hash_element(key)?)
    }
    pub fn discard_with_hash(&self, key: Value, hash: i64) -> R<bool> {
        if self.filter.get() & mark(hash) == 0 {
            return Ok(false);
        }
        let at = match self.seek::<false>(key, hash) {
            (at, Seek::Found) => at,
            (_, Seek::Free) => return Ok(false),
            _ => match self.find(key, hash)? {
                Ok(at) => at,
                Err(_) => return Ok(false),
            },
        };
        self.remove(at);
        Ok(true)
    }
    /// Some element, taken out.
    pub fn pop(&self) -> Option<Value> {
        if self.used.get() == 0 {
            return None;
        }
        let mut at = self.finger.get() & self.mask.get();
        while matches!(self.slots()[at].key, NULL | MISSING) {
            at = if at == self.mask.get() { 0 } else { at + 1 };
        }
        let key = self.slots()[at].key;
        self.remove(at);
        self.finger.set(at + 1);
        Some(key)
    }
    pub fn clear(&self) {
        self.mask.set(0);
        self.fill.set(0);
        self.used.set(0);
        self.finger.set(0);
        self.filter.set(0);
        self.nothing_is_lost();
        self.slots.set(core::ptr::null_mut());
    }
    /// Exchanges the elements of two sets.
    pub fn swap(&self, other: &Set) {
        self.mask.swap(&other.mask);
        self.fill.swap(&other.fill);
        self.used.swap(&other.used);
        self.slots.swap(&other.slots);
        self.filter.swap(&other.filter);
        self.header.flags.swap(&other.header.flags);
        self.hash.set(0);
        other.hash.set(0);
        heap::write_barrier(self.handle().value());
        heap::write_barrier(other.handle().value());
    }

    /// What lay there.
    fn put(&self, at: usize, slot: Slot) -> Slot {
        assert!(at <= self.mask.get());
        // SAFETY: checked above; a table exists, since `at` came from it.
        let before = unsafe { self.slots.get().add(at).replace(slot) };
        heap::write_barrier(self.handle().value());
        before
    }
    fn remove(&self, at: usize) {
        self.put(at, REMOVED);
        self.used.set(self.used.get() - 1);
        self.header.flags.set(self.header.flags.get() | LOST);
    }
    fn nothing_is_lost(&self) {
        self.header.flags.set(self.header.flags.get() & !LOST);
    }
    fn roomy(&self) -> usize {
        if self.used.get() > LARGE { self.used.get() * 2 } else { self.used.get() * 4 }
    }
    /// A table of the least power of two above `least`, without the marks of removed elements.
    pub(crate) fn resize(&self, least: usize) -> R<()> {
        let wanted = least
            .checked_add(1)
            .and_then(usize::checked_next_power_of_two)
            .ok_or_else(memory_error)?;
        let count = wanted.max(MIN_SLOTS);
        let words = count.checked_mul(2).ok_or_else(memory_error)?;
        let Some(buffer) = heap::try_alloc_values(words) else { return Err(memory_error()) };
        let table = buffer.cast::<Slot>();
        // A fresh buffer is zeroed: every slot is FREE.
        const _: () = assert!(FREE.key.0 == 0 && FREE.hash == 0);
        for slot in self.elements() {
            insert_clean(table, count - 1, slot);
        }
        self.filter.set(self.exact_filter());
        self.nothing_is_lost();
        self.slots.set(table);
        self.mask.set(count - 1);
        self.fill.set(self.used.get());
        heap::write_barrier(self.handle().value());
        Ok(())
    }

    /// All elements of another set, whose order this one takes on when it is empty.
    pub fn merge(&self, other: Gc<Set>) -> R<()> {
        if core::ptr::eq(self, other.as_ptr()) || other.len() == 0 {
            return Ok(());
        }
        if self.slots.get().is_null() {
            self.resize(0)?;
        }
        if (self.fill.get() + other.len()) * 5 >= self.mask.get() * 3 {
            self.resize((self.used.get() + other.len()) * 2)?;
        }
        if self.fill.get() != 0 {
            let mut at = 0;
            while let Some((next, key, hash)) = other.next_entry(at) {
                at = next;
                self.add_with_hash(key, hash)?;
            }
            return Ok(());
        }
        if self.mask.get() == other.mask.get() && other.fill.get() == other.used.get() {
            // SAFETY: both tables have `mask + 1` slots.
            unsafe {
                core::ptr::copy_nonoverlapping(
                    other.slots.get(),
                    self.slots.get(),
                    other.mask.get() + 1,
                )
            };
        } else {
            for slot in other.elements() {
                insert_clean(self.slots.get(), self.mask.get(), slot);
            }
        }
        self.filter.set(other.exact_filter());
        self.nothing_is_lost();
        self.fill.set(other.used.get());
        self.used.set(other.used.get());
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    /// After many removals: when more than a quarter of the table is marks, they go.
    pub(crate) fn tidy(&self) -> R<()> {
        if self.fill.get() - self.used.get() <= self.mask.get() / 4 {
            Ok(())
        } else {
            self.resize(self.roomy())
        }
    }
    /// Room for `more` keys of a dict, as CPython makes it.
    pub(crate) fn reserve_for_dict(&self, more: usize) -> R<()> {
        if self.slots.get().is_null() {
            self.resize(0)?;
        }
        if (self.fill.get() + more) * 5 >= self.mask.get() * 3 {
            self.resize((self.used.get() + more) * 2)
        } else {
            Ok(())
        }
    }
}

/// Into a table with a free slot and without removed ones, which does not hold the key.
fn insert_clean(table: *mut Slot, mask: usize, slot: Slot) {
    let mut probe = Probe::new(slot.hash, mask);
    // SAFETY: the probe stays within the table of `mask + 1` slots (upheld by the callers).
    unsafe {
        while (*table.add(probe.slot())).key != NULL {
            probe.advance();
        }
        *table.add(probe.slot()) = slot;
    }
}

#[repr(C)]
pub struct SetIter {
    pub header: Header,
    /// The set; NULL when exhausted.
    pub set: Field<Value>,
    pub position: Cell<usize>,
    pub expected_len: Cell<usize>,
    pub remaining: Cell<usize>,
}

impl HeapObject for SetIter {
    const KIND: Kind = Kind::SetIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.set.get());
    }
}

impl SetIter {
    pub fn new(set: Gc<Set>) -> Gc<SetIter> {
        let object = SetIter {
            header: new_header(),
            set: Field::new(set.value()),
            position: Cell::new(0),
            expected_len: Cell::new(set.len()),
            remaining: Cell::new(set.len()),
        };
        heap::alloc(types().set_iterator.root_shape.get(), object)
    }
    /// `ops::next_left`, unless the set has changed its size.
    pub fn next_left(&self, mut take: impl FnMut(Value) -> bool) -> Option<Value> {
        let set = self.set.get().downcast::<Set>()?;
        let mut elements = set.elements_from(self.position.get());
        while let Some((position, slot)) = elements.next_with_position() {
            self.position.set(position);
            self.remaining.set(self.remaining.get().saturating_sub(1));
            if !take(slot.key) {
                return Some(slot.key);
            }
        }
        self.set.init(NULL);
        None
    }
    /// The set has as many elements as it had.
    pub fn is_as_it_was(&self) -> bool {
        self.set.get().downcast::<Set>().is_none_or(|set| set.len() == self.expected_len.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(set: &Set) -> Vec<i64> {
        set.slots()
            .iter()
            .filter(|s| s.is_taken())
            .map(|s| s.key.unbox_int())
            .collect()
    }

    #[test]
    fn ints_lie_where_cpython_puts_them() {
        crate::bootstrap::start();
        let set = Set::new();
        for i in [100, 5, 17, 3, 64, 33, 8, 1, 200, 77, -4, 1000] {
            set.add(Value::int(i)).expect("memory");
        }
        // print({100, 5, 17, 3, 64, 33, 8, 1, 200, 77, -4, 1000}) of CPython 3.14
        assert_eq!(order(&set), [64, 33, 1, 3, 100, 5, 8, 200, 1000, 77, 17, -4]);
        for i in 0..10_000 {
            set.add(Value::int(i)).expect("memory");
            assert!(set.discard(Value::int(i)).expect("no comparison raises"));
        }
        assert!(set.slots().len() < 1000);
    }
}
