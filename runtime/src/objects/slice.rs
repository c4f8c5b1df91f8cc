//! slice.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Slice {
    pub header: Header,
    pub start: Field<Value>,
    pub stop: Field<Value>,
    pub step: Field<Value>,
}

impl HeapObject for Slice {
    const KIND: Kind = Kind::Slice;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        for v in [self.start.get(), self.stop.get(), self.step.get()] {
            m.value(v);
        }
    }
}
