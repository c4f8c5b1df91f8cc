//! list: the struct and the operations that others build on. Not here: methods (`list_methods.rs`),
//! sort (`list_sort.rs`).

use crate::error::{R, memory_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::value::Value;
use crate::vm::types;
use core::cell::Cell;

#[repr(C)]
pub struct List {
    pub header: Header,
    pub len: Cell<usize>,
    pub capacity: Cell<usize>,
    /// A buffer of the heap; dangling when `capacity` is 0.
    pub items: Cell<*mut Value>,
}

/// Items of a list that is long: see `reserve`.
const LONG: usize = 2048;

impl HeapObject for List {
    const KIND: Kind = Kind::List;
    fn trace(&self, m: &mut Marker) {
        if self.capacity.get() != 0 {
            m.values(self.items.get(), self.len.get());
        }
    }
}

impl List {
    pub fn new() -> Gc<List> {
        heap::alloc(types().list.root_shape.get(), List::empty())
    }
    /// For `heap::alloc_instance` of subclasses.
    pub fn empty() -> List {
        List {
            header: new_header(),
            len: Cell::new(0),
            capacity: Cell::new(0),
            items: Cell::new(core::ptr::null_mut()),
        }
    }
    #[inline]
    pub fn from_slice(items: &[Value]) -> R<Gc<List>> {
        if items.is_empty() {
            return Ok(List::new());
        }
        let Some(buffer) = heap::try_copy_values(items) else { return Err(memory_error()) };
        let list = List {
            header: new_header(),
            len: Cell::new(items.len()),
            capacity: Cell::new(items.len()),
            items: Cell::new(buffer),
        };
        Ok(heap::alloc(types().list.root_shape.get(), list))
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// The items now. Do not hold the slice across anything that may run Python code or push to the
    /// list.
    pub fn items(&self) -> &[Value] {
        if self.len.get() == 0 {
            return &[];
        }
        // SAFETY: the first `len` words of the buffer are initialised.
        unsafe { core::slice::from_raw_parts(self.items.get(), self.len.get()) }
    }
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }
    pub fn handle(&self) -> Gc<List> {
        // SAFETY: a List is only ever reached through its heap cell.
        unsafe { Gc::from_address(self as *const List as usize) }
    }
    pub fn set(&self, index: usize, value: Value) {
        assert!(index < self.len.get());
        // SAFETY: checked above.
        unsafe { *self.items.get().add(index) = value };
        heap::write_barrier(self.handle().value());
    }
    #[inline]
    pub fn push(&self, value: Value) -> R<()> {
        if self.len.get() == self.capacity.get() {
            self.reserve(1)?;
        }
        self.push_within_capacity(value);
        Ok(())
    }
    /// False, and nothing done, when there is no room for one more.
    #[inline]
    pub fn push_within_capacity(&self, value: Value) -> bool {
        let len = self.len.get();
        if len == self.capacity.get() {
            return false;
        }
        // SAFETY: there is room for one more.
        unsafe { *self.items.get().add(len) = value };
        self.len.set(len + 1);
        heap::write_barrier(self.handle().value());
        true
    }
    /// Appends what an iterator gives.
    pub fn extend_from(&self, iterator: Value) -> R<()> {
        while let Some(item) = crate::ops::next_left(iterator, |item| self.push(item).is_ok())? {
            self.push(item)?;
        }
        Ok(())
    }
    pub fn extend_from_slice(&self, items: &[Value]) -> R<()> {
        self.reserve(items.len())?;
        // SAFETY: room was made; the source does not overlap the free part of the buffer.
        unsafe {
            core::ptr::copy_nonoverlapping(
                items.as_ptr(),
                self.items.get().add(self.len.get()),
                items.len(),
            )
        };
        self.len.set(self.len.get() + items.len());
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    /// Room for `more` items; grows as CPython does (an eighth and a bit), long lists by a quarter: they are copied each time, which the
    /// system's `realloc` need not do, and what they leave is garbage.
    pub fn reserve(&self, more: usize) -> R<()> {
        let Some(needed) = self.len.get().checked_add(more) else { return Err(memory_error()) };
        if needed <= self.capacity.get() {
            return Ok(());
        }
        let spare = if needed < LONG { needed >> 3 } else { needed >> 2 };
        let capacity = needed.checked_add(spare + 6).ok_or_else(memory_error)? & !3;
        self.set_capacity(capacity)
    }
    /// As `reserve`, without spare room: for lists whose final length is known.
    pub fn reserve_exact(&self, more: usize) -> R<()> {
        let Some(needed) = self.len.get().checked_add(more) else { return Err(memory_error()) };
        if needed <= self.capacity.get() { Ok(()) } else { self.set_capacity(needed) }
    }
    /// The caller keeps `capacity` at `len` or above.
    fn set_capacity(&self, capacity: usize) -> R<()> {
        let Some(buffer) = heap::try_alloc_unset(capacity) else { return Err(memory_error()) };
        if self.len.get() != 0 {
            // SAFETY: both buffers hold at least `len` words.
            unsafe { heap::copy_values(self.items.get(), buffer, self.len.get()) };
        }
        self.items.set(buffer);
        self.capacity.set(capacity);
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    pub fn truncate(&self, len: usize) {
        if len < self.len.get() {
            self.len.set(len);
        }
    }
    #[inline]
    pub fn pop_last(&self) -> Option<Value> {
        let last = self.len.get().checked_sub(1)?;
        // SAFETY: `last` is below the length.
        let value = unsafe { *self.items.get().add(last) };
        self.len.set(last);
        Some(value)
    }
    /// Empties the list and gives its buffer up.
    pub fn clear(&self) {
        // Of a list that is being sorted too, where this is no change.
        if self.capacity.get() == 0 {
            return;
        }
        self.len.set(0);
        self.capacity.set(0);
        self.items.set(core::ptr::null_mut());
    }
    /// Exchanges the items of two lists.
    pub fn swap(&self, other: &List) {
        self.len.swap(&other.len);
        self.capacity.swap(&other.capacity);
        self.items.swap(&other.items);
        heap::write_barrier(self.handle().value());
        heap::write_barrier(other.handle().value());
    }
    /// Replaces `count` items from `at` by `items`, which do not belong to this list's buffer.
    pub fn splice(&self, at: usize, count: usize, items: &[Value]) -> R<()> {
        let len = self.len.get();
        assert!(at <= len);
        let count = count.min(len - at);
        if items.len() > count {
            self.reserve(items.len() - count)?;
        }
        if len + items.len() == count {
            self.clear();
            return Ok(());
        }
        let base = self.items.get();
        // SAFETY: `reserve` made room for the new length; the moved tail ends at the old length.
        unsafe {
            core::ptr::copy(base.add(at + count), base.add(at + items.len()), len - at - count);
            core::ptr::copy_nonoverlapping(items.as_ptr(), base.add(at), items.len());
        }
        self.len.set(len - count + items.len());
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    /// Takes the item out. The caller keeps `index` below the length.
    pub fn remove_at(&self, index: usize) -> Value {
        let len = self.len.get();
        assert!(index < len);
        // SAFETY: checked above; the moved tail ends at the length.
        unsafe {
            let item = *self.items.get().add(index);
            core::ptr::copy(
                self.items.get().add(index + 1),
                self.items.get().add(index),
                len - index - 1,
            );
            self.len.set(len - 1);
            item
        }
    }
    /// Writable items, for sorts and reversals that run no Python code. The caller lets no other
    /// access in meanwhile.
    #[allow(clippy::mut_from_ref)]
    pub(crate) fn items_mut(&self) -> &mut [Value] {
        if self.len.get() == 0 {
            return &mut [];
        }
        heap::write_barrier(self.handle().value());
        // SAFETY: the first `len` words are initialised; exclusive use is the caller's promise.
        unsafe { core::slice::from_raw_parts_mut(self.items.get(), self.len.get()) }
    }
}

/// `list[index]` for an index of any sign; None out of range.
#[inline]
pub fn getitem_int(list: Gc<List>, index: i64) -> Option<Value> {
    let at = if index < 0 { index.wrapping_add(list.len() as i64) } else { index };
    list.get(usize::try_from(at).ok()?)
}

#[repr(C)]
pub struct ListIter {
    pub header: Header,
    pub index: Cell<usize>,
    /// NULL when exhausted.
    pub list: Field<Value>,
    /// listreverseiterator counts down.
    pub reversed: Cell<bool>,
}

impl HeapObject for ListIter {
    const KIND: Kind = Kind::ListIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.list.get());
    }
}

impl ListIter {
    pub fn new(list: Gc<List>) -> Gc<ListIter> {
        let object = ListIter {
            header: new_header(),
            index: Cell::new(0),
            list: Field::new(list.value()),
            reversed: Cell::new(false),
        };
        heap::alloc(types().list_iterator.root_shape.get(), object)
    }
    /// Its `index` is one more than the next item's; 0 when exhausted.
    pub fn new_reversed(list: Gc<List>) -> Gc<ListIter> {
        let object = ListIter {
            header: new_header(),
            index: Cell::new(list.len()),
            list: Field::new(list.value()),
            reversed: Cell::new(true),
        };
        heap::alloc(types().list_reverseiterator.root_shape.get(), object)
    }
}
