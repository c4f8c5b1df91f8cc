//! range and its iterator.

use crate::heap::Marker;
use crate::object::{HeapObject, Header, Kind};
#[allow(unused_imports)]
use crate::object::{Field, Gc};
#[allow(unused_imports)]
use crate::value::Value;
#[allow(unused_imports)]
use core::cell::{Cell, RefCell};

#[repr(C)]
pub struct Range {
    pub header: Header,
    /// Ints of any size.
    pub start: Field<Value>,
    pub stop: Field<Value>,
    pub step: Field<Value>,
    pub len: Field<Value>,
}

impl HeapObject for Range {
    const KIND: Kind = Kind::Range;
    fn trace(&self, m: &mut Marker) {
        let _ = &m;
        for v in [self.start.get(), self.stop.get(), self.step.get(), self.len.get()] {
            m.value(v);
        }
    }
}

/// Iterator over a range whose values all fit 64 bits. (A larger range iterates through a Native object.)
#[repr(C)]
pub struct RangeIter {
    pub header: Header,
    pub current: Cell<i64>,
    pub step: Cell<i64>,
    pub remaining: Cell<i64>,
}

impl HeapObject for RangeIter {
    const KIND: Kind = Kind::RangeIter;
    fn trace(&self, _: &mut Marker) {}
}
