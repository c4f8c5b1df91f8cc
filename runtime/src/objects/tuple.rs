//! tuple: the struct and construction. Not here: methods.

use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::value::Value;
use crate::vm::{types, vm};
use core::cell::Cell;

#[repr(C)]
pub struct Tuple {
    pub header: Header,
    pub len: Cell<usize>,
    /// Inline after the struct, or a buffer of the heap (subclasses with attributes).
    pub items: Cell<*mut Value>,
}

impl HeapObject for Tuple {
    const KIND: Kind = Kind::Tuple;
    fn trace(&self, m: &mut Marker) {
        m.values(self.items.get(), self.len.get());
    }
}

impl Tuple {
    pub fn empty() -> Gc<Tuple> {
        match vm().empty_tuple.get().option() {
            Some(value) => value.cast(),
            None => {
                let tuple = Tuple::alloc(0);
                vm().empty_tuple.set(tuple.value());
                tuple
            }
        }
    }
    /// NULL-filled; the caller fills it before it is seen. Not for user-sized lengths: see `try_alloc`.
    fn alloc(len: usize) -> Gc<Tuple> {
        let object = Tuple { header: new_header(), len: Cell::new(len), items: Cell::new(core::ptr::null_mut()) };
        let tuple = heap::alloc_with_tail(types().tuple.root_shape.get(), object, len);
        // SAFETY: the tail follows the struct in the same cell.
        tuple.items.set(unsafe { tuple.as_ptr().add(1).cast() });
        tuple
    }
    pub fn from_slice(items: &[Value]) -> Gc<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        let tuple = Tuple::alloc(items.len());
        // SAFETY: the fresh tuple has room for the items.
        unsafe { core::ptr::copy_nonoverlapping(items.as_ptr(), tuple.items.get(), items.len()) };
        tuple
    }
    /// `items` yields exactly `len` values and allocates nothing that could be lost (values yielded are kept by the tuple).
    pub fn from_iter_exact(len: usize, items: impl Iterator<Item = Value>) -> Gc<Tuple> {
        if len == 0 {
            return Tuple::empty();
        }
        let tuple = Tuple::alloc(len);
        for (i, item) in items.take(len).enumerate() {
            // SAFETY: i < len.
            unsafe { *tuple.items.get().add(i) = item };
            heap::write_barrier(tuple.value());
        }
        tuple
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    pub fn items(&self) -> &'static [Value] {
        // SAFETY: tuples do not change; the caller's handle keeps the cell.
        unsafe { core::slice::from_raw_parts(self.items.get(), self.len.get()) }
    }
    pub fn at(&self, index: usize) -> Value {
        self.items()[index]
    }
}

#[repr(C)]
pub struct TupleIter {
    pub header: Header,
    /// NULL when exhausted.
    pub tuple: Field<Value>,
    pub index: Cell<usize>,
}

impl HeapObject for TupleIter {
    const KIND: Kind = Kind::TupleIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.tuple.get());
    }
}
