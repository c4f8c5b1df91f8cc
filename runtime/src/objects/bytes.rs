//! bytes: the struct and construction. Not here: methods.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

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
        let _ = &m;
        m.bytes(self.data.get());
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
}

pub fn new(bytes: &[u8]) -> Gc<Bytes> {
    let object = Bytes {
        header: crate::objects::builtin::new_header(),
        hash: Cell::new(0),
        len: Cell::new(bytes.len()),
        data: Cell::new(core::ptr::null()),
    };
    let gc = crate::heap::alloc_with_tail(crate::vm::types().bytes.root_shape.get(), object, bytes.len().div_ceil(8));
    // SAFETY: the tail follows the struct in the same cell and has room for the bytes.
    unsafe {
        gc.data.set(gc.as_ptr().add(1).cast());
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), gc.data.get().cast_mut(), bytes.len());
    }
    gc
}
