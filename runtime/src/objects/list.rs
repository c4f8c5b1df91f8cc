//! list: the struct and the operations that others build on. Not here: methods (`list_methods.rs`), sort (`list_sort.rs`).

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
        List { header: new_header(), len: Cell::new(0), capacity: Cell::new(0), items: Cell::new(core::ptr::null_mut()) }
    }
    pub fn from_slice(items: &[Value]) -> R<Gc<List>> {
        let list = List::new();
        list.extend_from_slice(items)?;
        Ok(list)
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// The items now. Do not hold the slice across anything that may run Python code or push to the list.
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
        let len = self.len.get();
        if len == self.capacity.get() {
            self.reserve(1)?;
        }
        // SAFETY: there is room for one more.
        unsafe { *self.items.get().add(len) = value };
        self.len.set(len + 1);
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    pub fn extend_from_slice(&self, items: &[Value]) -> R<()> {
        self.reserve(items.len())?;
        // SAFETY: room was made; the source does not overlap the free part of the buffer.
        unsafe { core::ptr::copy_nonoverlapping(items.as_ptr(), self.items.get().add(self.len.get()), items.len()) };
        self.len.set(self.len.get() + items.len());
        heap::write_barrier(self.handle().value());
        Ok(())
    }
    /// Room for `more` items; grows as CPython does (an eighth and a bit).
    pub fn reserve(&self, more: usize) -> R<()> {
        let Some(needed) = self.len.get().checked_add(more) else { return Err(memory_error()) };
        if needed <= self.capacity.get() {
            return Ok(());
        }
        let capacity = (needed + (needed >> 3) + 6) & !3;
        let Some(buffer) = heap::try_alloc_values(capacity) else { return Err(memory_error()) };
        if self.len.get() != 0 {
            // SAFETY: both buffers hold at least `len` words.
            unsafe { core::ptr::copy_nonoverlapping(self.items.get(), buffer, self.len.get()) };
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
