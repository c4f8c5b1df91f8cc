//! memoryview.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct MemoryView {
    pub header: Header,
    /// The exporting object; NULL when released.
    pub owner: Field<Value>,
    pub start: Cell<isize>,
    pub step: Cell<isize>,
    pub len: Cell<usize>,
    pub format: Field<Value>,
    pub itemsize: Cell<usize>,
}

impl HeapObject for MemoryView {
    const KIND: Kind = Kind::MemoryView;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        m.value(self.owner.get());
        m.value(self.format.get());
    }
}
