//! tuple: the struct and construction. Not here: methods.

use crate::error::{R, memory_error};
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

/// Items of a tuple for which memory is not refused: as many as a program writes down.
const SMALL: usize = 1 << 16;

impl HeapObject for Tuple {
    const KIND: Kind = Kind::Tuple;
    fn trace(&self, m: &mut Marker) {
        let items = self.items.get();
        if items == (self as *const Tuple).wrapping_add(1).cast_mut().cast() {
            m.inline_values(items, self.len.get());
        } else {
            m.values(items, self.len.get());
        }
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
    /// NULL-filled; the caller fills it before it is seen. Not for user-sized lengths: see
    /// `try_alloc`.
    fn alloc(len: usize) -> Gc<Tuple> {
        let object = Tuple {
            header: new_header(),
            len: Cell::new(len),
            items: Cell::new(core::ptr::null_mut()),
        };
        let tuple = heap::alloc_with_tail(types().tuple.root_shape.get(), object, len);
        // SAFETY: the tail follows the struct in the same cell.
        tuple.items.set(unsafe { tuple.as_ptr().add(1).cast() });
        tuple
    }
    /// As `alloc` for lengths that a program chooses; the caller fills it before anything else
    /// allocates.
    pub fn try_alloc(len: usize) -> R<Gc<Tuple>> {
        if len == 0 {
            return Ok(Tuple::empty());
        }
        if len <= SMALL {
            return Ok(Tuple::alloc(len));
        }
        let Some(items) = heap::try_alloc_values(len) else { return Err(memory_error()) };
        let object = Tuple { header: new_header(), len: Cell::new(len), items: Cell::new(items) };
        Ok(heap::alloc(types().tuple.root_shape.get(), object))
    }
    /// As `from_slice` for lengths that a program chooses.
    pub fn try_from_slice(items: &[Value]) -> R<Gc<Tuple>> {
        if items.len() <= SMALL {
            return Ok(Tuple::from_slice(items));
        }
        let tuple = Tuple::try_alloc(items.len())?;
        tuple.fill(0, items);
        Ok(tuple)
    }
    /// Into a fresh tuple. The caller keeps `at + items.len()` within the length.
    pub(crate) fn fill(&self, at: usize, items: &[Value]) {
        assert!(at + items.len() <= self.len.get());
        // SAFETY: checked above; `items` belongs to another object or to an earlier part of this
        // one.
        unsafe {
            core::ptr::copy_nonoverlapping(items.as_ptr(), self.items.get().add(at), items.len())
        };
        heap::write_barrier(Value(self as *const Tuple as u64));
    }
    /// An instance of a subclass: its attributes follow the struct, so the items have a buffer.
    pub fn of_class(class: Gc<crate::objects::class::Class>, items: &[Value]) -> R<Gc<Tuple>> {
        if class == types().tuple {
            return Tuple::try_from_slice(items);
        }
        let buffer = if items.is_empty() {
            core::ptr::NonNull::dangling().as_ptr()
        } else {
            heap::try_alloc_values(items.len()).ok_or_else(memory_error)?
        };
        // SAFETY: the buffer is fresh and as long as the items.
        unsafe { core::ptr::copy_nonoverlapping(items.as_ptr(), buffer, items.len()) };
        let object =
            Tuple { header: new_header(), len: Cell::new(items.len()), items: Cell::new(buffer) };
        Ok(heap::alloc_instance(class, object))
    }
    #[inline]
    pub fn from_slice(items: &[Value]) -> Gc<Tuple> {
        if items.is_empty() {
            return Tuple::empty();
        }
        let object = |tail| Tuple { header: new_header(), len: Cell::new(items.len()), items: Cell::new(tail) };
        heap::alloc_with_values(types().tuple.root_shape.get(), object, items)
    }
    /// `items` yields exactly `len` values and allocates nothing that could be lost (values yielded
    /// are kept by the tuple).
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

impl TupleIter {
    pub fn new(tuple: Gc<Tuple>) -> Gc<TupleIter> {
        let object = TupleIter {
            header: new_header(),
            tuple: Field::new(tuple.value()),
            index: Cell::new(0),
        };
        heap::alloc(types().tuple_iterator.root_shape.get(), object)
    }
}

/// `tuple[index]` for an index of any sign; None out of range.
#[inline]
pub fn getitem_int(tuple: Gc<Tuple>, index: i64) -> Option<Value> {
    let at = if index < 0 { index.wrapping_add(tuple.len() as i64) } else { index };
    tuple.items().get(usize::try_from(at).ok()?).copied()
}
