//! bytes: the struct and construction. Not here: slots and methods (`bytes_slots.rs`,
//! `bytes_methods.rs`).

use crate::defs::SHAPE_BYTES;
use crate::error::{R, memory_error};
use crate::heap::{self, Marker};
use crate::object::{Field, Gc, Header, HeapObject, Kind};
use crate::objects::builtin::new_header;
use crate::objects::class::Class;
use crate::value::Value;
use core::cell::Cell;

#[repr(C)]
pub struct Bytes {
    pub header: Header,
    /// 0 = not computed yet.
    pub hash: Cell<i64>,
    pub len: Cell<usize>,
    /// Inline after the struct, or a buffer of the heap.
    pub data: Cell<*const u8>,
}

impl HeapObject for Bytes {
    const KIND: Kind = Kind::Bytes;
    fn trace(&self, m: &mut Marker) {
        if self.data.get() != (self as *const Bytes).wrapping_add(1).cast() {
            m.bytes(self.data.get());
        }
    }
}

#[repr(C)]
pub struct BytesIter {
    pub header: Header,
    /// A bytes or bytearray; NULL when exhausted.
    pub bytes: Field<Value>,
    pub index: Cell<usize>,
}

impl HeapObject for BytesIter {
    const KIND: Kind = Kind::BytesIter;
    fn trace(&self, m: &mut Marker) {
        m.value(self.bytes.get());
    }
}

impl Bytes {
    pub fn as_slice(&self) -> &'static [u8] {
        // SAFETY: bytes do not change; the caller's handle keeps the cell.
        unsafe { core::slice::from_raw_parts(self.data.get(), self.len.get()) }
    }
    pub fn len(&self) -> usize {
        self.len.get()
    }
    /// That of the str with the same characters.
    pub fn hash(&self) -> i64 {
        if self.hash.get() == 0 && self.len() != 0 {
            let hash = match crate::objects::str::hash_bytes(
                self.as_slice(),
                crate::vm::vm().hash_seed.get(),
            ) {
                0 => 1,
                -1 => -2,
                hash => hash,
            };
            self.hash.set(hash);
        }
        self.hash.get()
    }
}

pub fn is_exact(value: Value) -> bool {
    value.is_object() && value.header().shape.get() == SHAPE_BYTES
}

/// From bytes that exist already.
pub fn new(bytes: &[u8]) -> Gc<Bytes> {
    let gc = alloc_inline(bytes.len());
    // SAFETY: the tail of the fresh cell has room for the bytes.
    unsafe {
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), gc.data.get().cast_mut(), bytes.len())
    };
    gc
}

/// As `new`, for sizes that the program chose.
pub fn try_new(bytes: &[u8]) -> R<Gc<Bytes>> {
    fill(bytes.len(), |to| to.copy_from_slice(bytes))
}

/// Above this, bytes get a buffer of their own, whose allocation may be refused.
const INLINE_BYTES: usize = 4096;

/// `write` fills the `len` zeroed bytes.
pub fn fill(len: usize, write: impl FnOnce(&mut [u8])) -> R<Gc<Bytes>> {
    let bytes = if len <= INLINE_BYTES {
        alloc_inline(len)
    } else {
        let Some(buffer) = heap::try_alloc_bytes(len) else { return Err(memory_error()) };
        heap::alloc(SHAPE_BYTES, object(len, buffer))
    };
    // SAFETY: nobody else knows the fresh bytes.
    write(unsafe { core::slice::from_raw_parts_mut(bytes.data.get().cast_mut(), len) });
    Ok(bytes)
}

fn object(len: usize, data: *const u8) -> Bytes {
    Bytes { header: new_header(), hash: Cell::new(0), len: Cell::new(len), data: Cell::new(data) }
}

fn alloc_inline(len: usize) -> Gc<Bytes> {
    let gc = heap::alloc_with_tail(SHAPE_BYTES, object(len, core::ptr::null()), len.div_ceil(8));
    // SAFETY: the tail follows the struct in the same cell.
    gc.data.set(unsafe { gc.as_ptr().add(1).cast() });
    gc
}

/// The bytes themselves, or exact ones with the content of an instance of a subclass.
pub fn exact(bytes: Gc<Bytes>) -> Gc<Bytes> {
    if is_exact(bytes.value()) { bytes } else { new(bytes.as_slice()) }
}

/// An instance of a subclass with these bytes.
pub fn new_of_class(class: Gc<Class>, bytes: Gc<Bytes>) -> R<Gc<Bytes>> {
    if class.root_shape.get() == SHAPE_BYTES {
        return Ok(exact(bytes));
    }
    let Some(buffer) = heap::try_alloc_bytes(bytes.len()) else { return Err(memory_error()) };
    // SAFETY: the buffer is fresh and has room for the bytes.
    unsafe { core::ptr::copy_nonoverlapping(bytes.data.get(), buffer, bytes.len()) };
    Ok(heap::alloc_instance(class, object(bytes.len(), buffer)))
}
