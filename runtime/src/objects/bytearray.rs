//! bytearray.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct ByteArray {
    pub header: Header,
    pub bytes: RefCell<Vec<u8>>,
    /// Buffers exported (memoryview): resizing raises BufferError meanwhile.
    pub exports: Cell<usize>,
}

impl HeapObject for ByteArray {
    const KIND: Kind = Kind::ByteArray;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;

    }
}
